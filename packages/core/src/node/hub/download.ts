import { constants } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { GraftError, isGraftError } from "../../errors.js";
import type { ContentHash } from "../../weights/hub/file-info.js";
import { type Answer, request } from "../../weights/hub/request.js";
import type { DownloadEvent, TransportOptions } from "../../weights/hub/transport.js";
import { pause, throwIfAborted } from "../../weights/hub/wait.js";
import { reasonOf } from "../../weights/idle-timer.js";
import { writeFailed } from "../write-file-atomic.js";
import { fileSize } from "./cache-layout.js";
import { checkContent, type HashStart } from "./content.js";
import { createMeter, type Meter } from "./meter.js";

export type Download = {
  readonly url: string;
  readonly token?: string | undefined;
  /** What events call it. */
  readonly file: string;
  /** Where it is put once it is whole and its hash is right. */
  readonly path: string;
  /** Where it grows; what is there from before is gone on with. */
  readonly incomplete: string;
  readonly bytes: number;
  /** Undefined: any content of that size is taken. */
  readonly hash: ContentHash | HashStart | undefined;
};

/**
 * Fetches a file to disk: a cut connection is resumed where it broke, also by a later process, and
 * `path` never holds anything but the whole file. Throws `download-failed`, `weights-corrupt`,
 * `disk-write-failed` and what a request throws.
 */
export async function* download(
  what: Download,
  options: TransportOptions,
): AsyncGenerator<DownloadEvent, void> {
  await mkdir(dirname(what.path), { recursive: true });
  const resumed = await partSize(what);
  await requireSpace(what, what.bytes - resumed);
  const meter = createMeter(what, resumed);
  yield { type: "download-start", file: what.file, bytes: resumed, total: what.bytes };
  yield* fetchParts(what, meter, options);
  try {
    if (what.hash) await checkContent(what.incomplete, { ...what, hash: what.hash });
  } catch (error) {
    await rm(what.incomplete, { force: true });
    // What an earlier process left may have been the wrong part.
    if (resumed === 0 || !isGraftError(error, "weights-corrupt")) throw error;
    return yield* download(what, options);
  }
  await rename(what.incomplete, what.path);
  yield { type: "download-end", file: what.file, bytes: what.bytes, seconds: meter.seconds() };
}

/** How much is there; a part longer than the file is none of it. */
async function partSize({ incomplete, bytes }: Download): Promise<number> {
  const size = (await fileSize(incomplete)) ?? 0;
  if (size <= bytes) return size;
  await rm(incomplete);
  return 0;
}

async function requireSpace({ path }: Download, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(path));
  const free = bavail * bsize;
  if (free >= needed) return;
  throw new GraftError(
    "disk-write-failed",
    `${path} takes ${needed} more bytes, and ${free} are free on its disk. Free some space, or set HF_HOME to a folder on another disk.`,
    { details: { path, needed, free } },
  );
}

/** Asks for what is missing until nothing is; gives up after some failures without a byte between them. */
async function* fetchParts(
  what: Download,
  meter: Meter,
  options: TransportOptions,
): AsyncGenerator<DownloadEvent, void> {
  const file = await open(what.incomplete, constants.O_RDWR | constants.O_CREAT).catch((cause) => {
    throw writeFailed(what.incomplete, cause);
  });
  try {
    let validator: string | undefined;
    let failures = 0;
    while (meter.bytes() < what.bytes) {
      const before = meter.bytes();
      const part: Part = yield* fetchPart({ what, file, meter, validator }, options);
      validator = part.validator;
      if (part.failure === undefined) continue;
      failures = meter.bytes() > before ? 1 : failures + 1;
      if (failures >= options.attempts) throw cut(what, meter, part.failure);
      const seconds = options.retrySeconds * 2 ** (failures - 1);
      yield { type: "download-wait", url: what.url, seconds, reason: part.failure };
      await pause(seconds, options.signal);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

type Progress = {
  readonly what: Download;
  readonly file: FileHandle;
  readonly meter: Meter;
  /** The strong etag that the bytes so far came under. */
  readonly validator: string | undefined;
};
type Part = { validator: string | undefined; failure?: string };

async function* fetchPart(
  progress: Progress,
  options: TransportOptions,
): AsyncGenerator<DownloadEvent, Part> {
  const { what, file, meter } = progress;
  const start = meter.bytes();
  const headers: Record<string, string> = start > 0 ? { range: `bytes=${start}-` } : {};
  if (start > 0 && progress.validator) headers["if-range"] = progress.validator;
  const { url, token } = what;
  const answer = yield* request({ method: "GET", url, token, headers, redirects: "all" }, options);
  try {
    const tag = answer.response.headers.get("etag");
    const validator = tag?.startsWith('"') ? tag : undefined;
    if (!continues(answer, start, what.bytes)) {
      // Another file than the one begun, or a server without ranges: everything is sent anew.
      meter.reset();
      await file.truncate(0);
      if (answer.response.status !== 200)
        return { validator, failure: "the server lost its place" };
    }
    const failure = yield* writeBody(answer, progress, options);
    return { validator, ...(failure !== undefined && { failure }) };
  } finally {
    await answer.close();
  }
}

function continues({ response }: Answer, start: number, bytes: number): boolean {
  if (response.status !== 206) return start === 0 && response.status === 200;
  const [, from, total] =
    /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get("content-range") ?? "") ?? [];
  return Number(from) === start && Number(total) === bytes;
}

/** Why the body ended early, or undefined where it is whole. */
async function* writeBody(
  answer: Answer,
  { what, file, meter }: Progress,
  options: TransportOptions,
): AsyncGenerator<DownloadEvent, string | undefined> {
  const reader = answer.response.body?.getReader();
  try {
    for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
      answer.touch();
      const bytes = part.value.subarray(0, what.bytes - meter.bytes());
      await writeAt(what, file, bytes, meter.bytes());
      const event = meter.add(bytes.length);
      if (event) yield event;
    }
  } catch (cause) {
    throwIfAborted(options.signal);
    if (isGraftError(cause)) throw cause;
    return answer.timedOut() ? `no byte came for ${options.timeoutSeconds} s` : reasonOf(cause);
  }
  return meter.bytes() < what.bytes ? "the connection was cut" : undefined;
}

async function writeAt(
  { path }: Download,
  file: FileHandle,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  try {
    for (let done = 0; done < bytes.length; ) {
      const left = bytes.length - done;
      done += (await file.write(bytes, done, left, position + done)).bytesWritten;
    }
  } catch (cause) {
    throw writeFailed(path, cause);
  }
}

const cut = ({ url, bytes }: Download, meter: Meter, reason: string): GraftError =>
  new GraftError(
    "download-failed",
    `${url} broke off after ${meter.bytes()} of ${bytes} bytes, again and again (${reason}). What came is kept: run it again to go on from there.`,
    { details: { url, bytes: meter.bytes(), total: bytes } },
  );
