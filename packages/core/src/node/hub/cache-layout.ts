import { randomUUID } from "node:crypto";
import { copyFile, mkdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { type HubName, isCommit } from "../../weights/hub/hub-name.js";
import { writeFileAtomic } from "../write-file-atomic.js";

type Repo = Pick<HubName, "repo" | "revision">;

/** The folders that the hub's tools keep for a repository. */
export function cacheLayout(cache: string, repo: string) {
  const name = `models--${repo.replaceAll("/", "--")}`;
  const folder = join(cache, name);
  return {
    folder,
    /** What a revision's commit was when last asked. */
    ref: (revision: string) => join(folder, "refs", ...revision.split("/")),
    /** Content, named by its etag. */
    blob: (etag: string) => join(folder, "blobs", etag),
    /** Files by their own names, as links to blobs. */
    snapshot: (commit: string) => join(folder, "snapshots", commit),
    file: (commit: string, file: string) => join(folder, "snapshots", commit, ...file.split("/")),
    /** An empty file here says that the commit lacks a file. */
    absent: (commit: string, file: string) => join(folder, ".no_exist", commit, ...file.split("/")),
    lock: (etag: string) => join(cache, ".locks", name, `${etag}.graft`),
  };
}

/** The commit that a revision stood for when it was last looked up, or undefined. */
export async function cachedCommit(
  cache: string,
  { repo, revision }: Repo,
): Promise<string | undefined> {
  if (isCommit(revision)) return revision;
  const text = await readFile(cacheLayout(cache, repo).ref(revision), "utf8").catch(() => "");
  return isCommit(text.trim()) ? text.trim() : undefined;
}

export async function writeRef(cache: string, name: Repo, commit: string): Promise<void> {
  if (isCommit(name.revision) || (await cachedCommit(cache, name)) === commit) return;
  const path = cacheLayout(cache, name.repo).ref(name.revision);
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, commit);
}

export async function writeAbsent(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, "");
}

/** The size of a file behind any links, or undefined. */
export const fileSize = (path: string): Promise<number | undefined> =>
  stat(path).then(
    (info) => (info.isFile() ? info.size : undefined),
    () => undefined,
  );

/** Puts a blob under its file's name: a relative link, or a copy where the system allows none. */
export async function linkBlob(blob: string, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await symlink(relative(dirname(file), blob), temporary).catch(() => copyFile(blob, temporary));
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}
