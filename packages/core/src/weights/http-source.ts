import { GraftError } from "../errors.js";
import { downloadFailed, downloadRefused } from "./download-failed.js";
import { createIdleTimer, reasonOf } from "./idle-timer.js";
import { type ByteSource, once } from "./store.js";

export type HttpSourceOptions = {
  /**
   * Fetch only the bytes that are asked for: right for a few arrays of a large file. A server without
   * ranges sends the whole file, which is kept then. Default false: one download of everything.
   */
  ranges?: boolean;
  /** Seconds without a byte before a request is given up. Default 30. */
  timeoutSeconds?: number;
  headers?: Readonly<Record<string, string>>;
};

/** A file at an http(s) address. Throws `source-not-found` for 404 and 410, else `download-failed`. */
export function httpSource(url: string, options: HttpSourceOptions = {}): ByteSource {
  const download = once(async () => (await request(url, options)).bytes);
  let whole: Uint8Array | undefined;
  const wholeFile = async (): Promise<Uint8Array> => {
    whole ??= await download();
    return whole;
  };
  if (options.ranges !== true) {
    return {
      name: url,
      size: async () => (await wholeFile()).length,
      read: async (start, end) => (await wholeFile()).subarray(start, end),
    };
  }
  const part = async (
    start: number,
    end: number,
  ): Promise<{ bytes: Uint8Array; total: number }> => {
    if (whole) return { bytes: whole.subarray(start, end), total: whole.length };
    const answer = await request(url, options, { start, end });
    if (answer.status !== 206) {
      whole = answer.bytes;
      return part(start, end);
    }
    return { bytes: answer.bytes, total: totalOf(url, answer.contentRange) };
  };
  const size = once(async () => (await part(0, 8)).total);
  return {
    name: url,
    size,
    read: async (start, end) => (start === end ? new Uint8Array() : (await part(start, end)).bytes),
  };
}

type Answer = { status: number; contentRange: string | null; bytes: Uint8Array };

async function request(
  url: string,
  options: HttpSourceOptions,
  range?: { start: number; end: number },
): Promise<Answer> {
  const { timeoutSeconds = 30 } = options;
  const idle = createIdleTimer(timeoutSeconds);
  const headers = {
    ...options.headers,
    ...(range && { range: `bytes=${range.start}-${range.end - 1}` }),
  };
  try {
    const response = await fetch(url, { headers, signal: idle.signal });
    if (!response.ok) throw downloadRefused(url, response.status);
    const bytes = await readBody(response, idle.touch);
    return { status: response.status, contentRange: response.headers.get("content-range"), bytes };
  } catch (cause) {
    if (cause instanceof GraftError) throw cause;
    const why = idle.signal.aborted
      ? `no byte came for ${timeoutSeconds} s`
      : `the connection failed (${reasonOf(cause)})`;
    throw downloadFailed(url, why, cause);
  } finally {
    idle.stop();
  }
}

async function readBody(response: Response, touch: () => void): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    touch();
    chunks.push(part.value);
  }
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let position = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, position);
    position += chunk.length;
  }
  return bytes;
}

function totalOf(url: string, contentRange: string | null): number {
  const total = /\/(\d+)$/.exec(contentRange ?? "")?.[1];
  if (total !== undefined) return Number(total);
  throw downloadFailed(url, `the server's content-range is ${JSON.stringify(contentRange)}`);
}
