import { GraftError } from "../../errors.js";
import type { FetchResponse } from "./transport.js";

/** What a hub (or any server) means by a status of 400 and more, by its X-Error-Code where it gives one. */
export function refusal(url: string, { status, headers }: FetchResponse): GraftError {
  const code = headers.get("x-error-code");
  const message = headers.get("x-error-message");
  const commit = headers.get("x-repo-commit");
  const details = {
    url,
    status,
    ...(code !== null && { code }),
    ...(commit !== null && { commit }),
  };
  const said = message === null ? "" : ` The hub says: ${message}`;
  const known = code === null ? undefined : byCode[code];
  const { kind, text } = known ?? byStatus(status);
  return new GraftError(kind, `${text(url, status)}${said}`, { details });
}

type Meaning = {
  readonly kind: "source-not-found" | "access-denied" | "download-failed";
  readonly text: (url: string, status: number) => string;
};

const tokens = "Set HF_TOKEN to a token that may read it, or log in with huggingface-cli login.";

const byCode: Readonly<Record<string, Meaning>> = {
  RepoNotFound: {
    kind: "source-not-found",
    text: (url) =>
      `There is no repository at ${url}, or it is private. Check its name. If it is private: ${tokens}`,
  },
  RevisionNotFound: {
    kind: "source-not-found",
    text: (url) =>
      `The repository of ${url} has no such branch, tag or commit. Check the part after @.`,
  },
  EntryNotFound: {
    kind: "source-not-found",
    text: (url) => `The repository holds no such file: ${url}.`,
  },
  GatedRepo: {
    kind: "access-denied",
    text: (url) =>
      `${url} is gated: its owner gives access on request. Ask for it on the repository's page. Then: ${tokens}`,
  },
};

function byStatus(status: number): Meaning {
  if (status === 401 || status === 403) {
    return {
      kind: "access-denied",
      text: (url) => `${url} may not be read (HTTP ${status}). ${tokens}`,
    };
  }
  if (status === 404 || status === 410) {
    return {
      kind: "source-not-found",
      text: (url) => `There is nothing at ${url} (HTTP ${status}).`,
    };
  }
  return {
    kind: "download-failed",
    text: (url) => `${url} can't be fetched: the server answered HTTP ${status}.`,
  };
}

/** True for a repository that exists and lacks the file. */
export const isMissingEntry = (error: unknown): error is GraftError =>
  error instanceof GraftError && error.details.code === "EntryNotFound";
