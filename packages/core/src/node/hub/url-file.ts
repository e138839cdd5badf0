import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { GraftError } from "../../errors.js";
import { isUnreachable, request } from "../../weights/hub/request.js";
import type { DownloadEvent } from "../../weights/hub/transport.js";
import { writeFileAtomic } from "../write-file-atomic.js";
import { fileSize } from "./cache-layout.js";
import type { HashStart } from "./content.js";
import { download } from "./download.js";
import type { HubSettings } from "./hub-file.js";
import { takeLock } from "./lock.js";

/**
 * A file at an http(s) address, kept on disk. PyTorch's checkpoints ("vgg16-397923af.pth") lie where
 * torch.hub keeps them and are checked against the hash in their name; others are fetched again when
 * the server's etag or size changes. Throws what `hubFile` throws.
 */
export async function* urlFile(
  url: string,
  settings: HubSettings,
): AsyncGenerator<DownloadEvent, string> {
  const { file, folder, path, hash } = placeOf(url, settings);
  const there = await fileSize(path);
  if (there !== undefined && (hash || settings.offline)) return path;
  if (settings.offline) throw notThere(url, path);
  let info: UrlInfo;
  try {
    info = yield* urlInfo(url, settings);
  } catch (error) {
    if (there === undefined || !isUnreachable(error)) throw error;
    yield { type: "hub-unreachable", file, reason: error.message };
    return path;
  }
  await mkdir(folder, { recursive: true });
  yield* fetchOnce({ url, file, path, hash, info }, settings);
  return path;
}

/** True where the file has been fetched; nobody is asked whether it has changed. */
export const isUrlCached = async (url: string, settings: Places): Promise<boolean> =>
  (await fileSize(placeOf(url, settings).path)) !== undefined;

type Places = Pick<HubSettings, "checkpoints" | "urls">;

function placeOf(url: string, { checkpoints, urls }: Places) {
  const file = basename(new URL(url).pathname) || "index";
  const hash = hashInName(file);
  const address = createHash("sha256").update(url).digest("hex").slice(0, 16);
  const folder = hash ? checkpoints : join(urls, address);
  return { file, folder, path: join(folder, file), hash };
}

/** torch.hub's convention: a dash and the first digits of the sha256 before the ending. */
function hashInName(file: string): HashStart | undefined {
  const hex = /-([0-9a-f]{8,64})\.pth?$/.exec(file)?.[1];
  return hex === undefined ? undefined : { kind: "sha256-start", hex };
}

type UrlInfo = { readonly bytes: number; readonly etag: string };

async function* urlInfo(
  url: string,
  settings: HubSettings,
): AsyncGenerator<DownloadEvent, UrlInfo> {
  const { response, close } = yield* request({ method: "HEAD", url, redirects: "all" }, settings);
  await close();
  const bytes = Number(response.headers.get("content-length") ?? Number.NaN);
  if (Number.isSafeInteger(bytes)) return { bytes, etag: response.headers.get("etag") ?? "" };
  throw new GraftError(
    "download-failed",
    `${url} can't be fetched: the server does not say its size. Fetch it by hand, and name the file.`,
    { details: { url } },
  );
}

async function* fetchOnce(
  what: { url: string; file: string; path: string; hash: HashStart | undefined; info: UrlInfo },
  settings: HubSettings,
): AsyncGenerator<DownloadEvent, void> {
  const { url, file, path, hash, info } = what;
  const lock = `${path}.lock`;
  const locking = takeLock(lock, { signal: settings.signal });
  let taken = await locking.next();
  for (; !taken.done; taken = await locking.next()) yield { type: "download-locked", file, lock };
  try {
    const tagFile = `${path}.etag`;
    const tag = await readFile(tagFile, "utf8").catch(() => undefined);
    if ((await fileSize(path)) === info.bytes && (hash || tag === info.etag)) return;
    // Named by what it will be, so that a part of an older file is never gone on with.
    const version = createHash("sha256").update(`${info.etag} ${info.bytes}`).digest("hex");
    const incomplete = `${path}.${version.slice(0, 8)}.incomplete`;
    yield* download({ url, file, path, incomplete, bytes: info.bytes, hash }, settings);
    if (!hash) await writeFileAtomic(tagFile, info.etag);
  } finally {
    await taken.value();
  }
}

const notThere = (url: string, path: string): GraftError =>
  new GraftError(
    "source-not-found",
    `${url} is not in the cache (${path}), and HF_HUB_OFFLINE forbids to fetch it.`,
    { details: { url, path } },
  );
