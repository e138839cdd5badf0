import { GraftError } from "../errors.js";
import { sha256 } from "../features/sha256.js";
import { downloadFailed, downloadRefused } from "./download-failed.js";

export type CachedBytesOptions = {
  /** What the bytes must hash to, lower-case hexadecimal. Default: what comes is taken. */
  sha256?: string;
  /** Name of the browser's cache that keeps them. Default "graft-weights"; without caches nothing is kept. */
  cache?: string;
  /** Hears how many bytes have come, and of how many where the server says so. */
  onProgress?: (received: number, total: number | undefined) => void;
  signal?: AbortSignal;
};

/**
 * A file at an address, kept in the browser's Cache Storage: it is fetched once. What was kept is checked like
 * what comes, and fetched anew where it is wrong. Throws `source-not-found` for 404 and 410, `download-failed`,
 * `weights-corrupt` for bytes of another hash, and `aborted`.
 */
export async function cachedBytes(
  url: string | URL,
  options: CachedBytesOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const address = String(url);
  const cache = await openCache(options.cache ?? "graft-weights");
  const kept = await cache?.match(address);
  if (kept) {
    const bytes = new Uint8Array(await kept.arrayBuffer());
    if (await isRight(bytes, options.sha256)) return bytes;
    await cache?.delete(address);
  }
  const bytes = await download(address, options);
  if (!(await isRight(bytes, options.sha256))) throw wrongHash(address, bytes, options.sha256!);
  await keep(cache, address, bytes);
  return bytes;
}

/** Pages that came over an insecure connection have none. */
const openCache = async (name: string): Promise<Cache | undefined> =>
  typeof caches === "undefined" ? undefined : caches.open(name).catch(() => undefined);

/** A browser without room keeps nothing, and fetches again the next time. */
const keep = async (cache: Cache | undefined, url: string, bytes: Uint8Array<ArrayBuffer>) =>
  cache?.put(url, new Response(bytes)).catch(() => {});

const isRight = async (
  bytes: Uint8Array<ArrayBuffer>,
  wanted: string | undefined,
): Promise<boolean> => wanted === undefined || (await sha256(bytes)) === wanted;

async function download(
  url: string,
  { onProgress = () => {}, signal }: CachedBytesOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const response = await fetch(url, signal ? { signal } : {});
    if (!response.ok) throw downloadRefused(url, response.status);
    return await readWhole(response, onProgress);
  } catch (cause) {
    if (cause instanceof GraftError) throw cause;
    if (signal?.aborted) throw new GraftError("aborted", `Fetching ${url} was stopped.`, { cause });
    const why = cause instanceof Error ? cause.message : String(cause);
    throw downloadFailed(url, `the connection failed (${why})`, cause);
  }
}

async function readWhole(
  response: Response,
  onProgress: (received: number, total: number | undefined) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  // Of what is packed on the way, the header tells the packed length.
  const packed = response.headers.has("content-encoding");
  const length = packed ? null : response.headers.get("content-length");
  const total = length === null ? undefined : Number(length);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let received = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    chunks.push(part.value);
    received += part.value.length;
    onProgress(received, total);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

const wrongHash = (url: string, bytes: Uint8Array, wanted: string): GraftError =>
  new GraftError(
    "weights-corrupt",
    `What came from ${url} (${bytes.length} bytes) is not the file with the hash ${wanted}: it was changed or cut short. Load the page again.`,
    { details: { url, bytes: bytes.length, expected: wanted } },
  );
