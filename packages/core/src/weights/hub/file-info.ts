import { GraftError } from "../../errors.js";
import { hubFileUrl } from "./hub-address.js";
import { type HubName, isCommit } from "./hub-name.js";
import { request } from "./request.js";
import type { DownloadEvent, FetchResponse, TransportOptions } from "./transport.js";

/** What the hub says of a file before its bytes are asked for. */
export type HubFileInfo = {
  /** The commit that the revision stands for now. */
  readonly commit: string;
  /** Names the file's content, and its blob in the cache. */
  readonly etag: string;
  readonly bytes: number;
  /** What the content must hash to; undefined where the etag is none of the hub's two hashes. */
  readonly hash: ContentHash | undefined;
};

export type ContentHash = { readonly kind: "sha256" | "git-sha1"; readonly hex: string };

/** Large files are named by their sha256, small ones by the hash that git gives a blob. */
function contentHash(etag: string): ContentHash | undefined {
  if (/^[0-9a-f]{64}$/.test(etag)) return { kind: "sha256", hex: etag };
  if (/^[0-9a-f]{40}$/.test(etag)) return { kind: "git-sha1", hex: etag };
  return undefined;
}

/** Asks for a file's commit, size and hash. Throws what `request` throws. */
export async function* hubFileInfo(
  name: HubName,
  file: string,
  options: TransportOptions & { readonly endpoint: string; readonly token?: string | undefined },
): AsyncGenerator<DownloadEvent, HubFileInfo> {
  const { endpoint, token, ...transport } = options;
  const url = hubFileUrl(name, file, endpoint);
  const what = { method: "HEAD", url, token, redirects: "origin" } as const;
  const { response, close } = yield* request(what, transport);
  await close();
  return readInfo(url, name, response);
}

function readInfo(url: string, { revision }: HubName, { headers }: FetchResponse): HubFileInfo {
  const commit = headers.get("x-repo-commit") ?? (isCommit(revision) ? revision : "");
  if (!isCommit(commit)) throw notAHub(url, "its answer has no X-Repo-Commit");
  const etag = plainTag(headers.get("x-linked-etag") ?? headers.get("etag") ?? "");
  // The etag becomes a file's name in the cache.
  if (!/^\w[\w.-]{0,127}$/.test(etag)) throw notAHub(url, `its etag is ${JSON.stringify(etag)}`);
  const bytes = Number(headers.get("x-linked-size") ?? headers.get("content-length") ?? Number.NaN);
  if (!Number.isSafeInteger(bytes) || bytes < 0)
    throw notAHub(url, "it does not say the file's size");
  return { commit, etag, bytes, hash: contentHash(etag) };
}

const plainTag = (tag: string): string => tag.replace(/^W\//, "").replace(/^"(.*)"$/, "$1");

const notAHub = (url: string, why: string): GraftError =>
  new GraftError(
    "download-failed",
    `${url} is not answered as the hub answers: ${why}. Check HF_ENDPOINT.`,
    { details: { url } },
  );
