import { GraftError } from "../../errors.js";

/** A repository of the hub at a revision, and one file of it where a single one is meant. */
export type HubName = {
  /** "org/name", or "name" alone for the few that have no owner. */
  readonly repo: string;
  /** A branch, a tag or a commit. */
  readonly revision: string;
  readonly file?: string;
};

/**
 * Reads `org/name`, `org/name@revision` and `org/name@revision:folder/file`. Throws `usage` for what
 * the hub could not hold; no part can lead out of a cache folder.
 */
export function parseHubName(text: string): HubName {
  const [, repo = "", revision = "main", file] =
    /^([^@:]*)(?:@([^:]*))?(?::(.*))?$/.exec(text) ?? [];
  if (!isRepo(repo)) throw invalid(text, `"${repo}" is no name of a repository (org/name)`);
  if (!isRevision(revision)) throw invalid(text, `"${revision}" is no branch, tag or commit`);
  if (file === undefined) return { repo, revision };
  checkHubPath(file);
  return { repo, revision, file };
}

/** A commit's whole hash names bytes that never change. */
export const isCommit = (revision: string): boolean => /^[0-9a-f]{40}$/.test(revision);

/** Throws `usage` unless the path stays inside its repository on every system. */
export function checkHubPath(path: string): void {
  const parts = path.split("/");
  const bad = (part: string) => part === "" || part === "." || part === ".." || !isPlain(part);
  if (parts.some(bad)) throw invalid(path, "it is not a file's path inside a repository");
}

/** The hub's rule: letters, digits, "-", "_", "."; neither of the last at the ends, none of them twice. */
function isRepo(repo: string): boolean {
  const parts = repo.split("/");
  const good = (part: string) => /^\w(?:[\w.-]*\w)?$/.test(part) && !/--|\.\./.test(part);
  return parts.length <= 2 && repo.length <= 96 && parts.every(good) && !repo.endsWith(".git");
}

/** Git's own rule for names, as far as paths and addresses need it. */
function isRevision(revision: string): boolean {
  const bad = (part: string) => part === "" || part.startsWith(".") || part.includes("..");
  return isPlain(revision) && !revision.startsWith("-") && !revision.split("/").some(bad);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be in a file's name
const isPlain = (text: string): boolean => !/[\u0000-\u001f\u007f\\:*?"<>|]/.test(text);

const invalid = (text: string, why: string): GraftError =>
  new GraftError(
    "usage",
    `${JSON.stringify(text)} can't be looked up on the hub: ${why}. Write org/name, org/name@revision or org/name@revision:file.`,
    { details: { name: text } },
  );
