import { GraftError, isGraftError } from "../../errors.js";
import { createIdleTimer, reasonOf } from "../idle-timer.js";
import { refusal } from "./refusal.js";
import type { DownloadEvent, FetchResponse, TransportOptions } from "./transport.js";
import { pause, retryAfter, throwIfAborted } from "./wait.js";

export type Request = {
  readonly method: "GET" | "HEAD";
  readonly url: string;
  /** Sent to the first address's origin and to no other. */
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** "origin": a redirect to another host is the answer. "all": it is followed, without the token. */
  readonly redirects: "origin" | "all";
};

export type Answer = {
  readonly response: FetchResponse;
  /** Where it came from in the end. */
  readonly url: string;
  /** To be called with each chunk of the body, so that the request does not time out. */
  touch(): void;
  /** True once the request was given up for want of bytes. */
  timedOut(): boolean;
  /** To be called when the body is read, or not wanted. */
  close(): Promise<void>;
};

const mayPass = (status: number): boolean => status === 429 || status >= 500;

/**
 * One request with its redirects, tried again after "too many requests", server errors and failed
 * connections. Throws `source-not-found`, `access-denied`, `download-failed` and `aborted`.
 */
export async function* request(
  what: Request,
  options: TransportOptions,
): AsyncGenerator<DownloadEvent, Answer> {
  for (let attempt = 1; ; attempt++) {
    const last = attempt >= options.attempts;
    const backOff = options.retrySeconds * 2 ** (attempt - 1);
    const outcome = await attemptOnce(what, options);
    if (!(outcome instanceof GraftError)) return outcome;
    const { retry, seconds = backOff, reason } = waitOf(outcome);
    if (!retry || last) throw outcome;
    if (seconds > options.maxWaitSeconds) throw tooLong(outcome, seconds, options);
    yield { type: "download-wait", url: what.url, seconds, reason };
    await pause(seconds, options.signal);
  }
}

type Wait = { retry: boolean; seconds?: number | undefined; reason: string };

const waitOf = (error: GraftError): Wait => error.details.wait as Wait;

/** The answer, or the error that it means together with whether another attempt may help. */
async function attemptOnce(what: Request, options: TransportOptions): Promise<Answer | GraftError> {
  try {
    const answer = await follow(what, options);
    const { status, headers } = answer.response;
    if (status < 400 || status === 416) return answer;
    const error = refusal(what.url, answer.response);
    await answer.close();
    const seconds = retryAfter(headers.get("retry-after"));
    return withWait(error, { retry: mayPass(status), seconds, reason: `HTTP ${status}` });
  } catch (cause) {
    if (isGraftError(cause, "aborted")) throw cause;
    if (isGraftError(cause)) return withWait(cause, { retry: false, reason: cause.message });
    return connectionFailed(what.url, cause);
  }
}

const withWait = (error: GraftError, wait: Wait): GraftError =>
  new GraftError(error.code, error.message, {
    details: { ...error.details, wait },
    cause: error.cause,
  });

const tooLong = (error: GraftError, seconds: number, options: TransportOptions): GraftError =>
  new GraftError(
    "download-failed",
    `${error.message} The server asks to wait ${Math.ceil(seconds)} s, longer than the ${options.maxWaitSeconds} s that are waited at most: try again after that time.`,
    { details: error.details, cause: error },
  );

/** Whether an error means that nobody answered, so that what is known from before may serve. */
export const isUnreachable = (error: unknown): error is GraftError =>
  isGraftError(error, "download-failed") && waitOf(error)?.retry === true;

const connectionFailed = (url: string, cause: unknown): GraftError => {
  const reason = reasonOf(cause);
  return new GraftError(
    "download-failed",
    `${url} can't be fetched: the connection failed (${reason}). Check the network, HTTPS_PROXY and HF_ENDPOINT.`,
    { details: { url, wait: { retry: true, reason } satisfies Wait }, cause },
  );
};

const mostRedirects = 10;

async function follow(what: Request, options: TransportOptions): Promise<Answer> {
  const { method, token, headers, redirects } = what;
  const home = new URL(what.url).origin;
  let url = what.url;
  for (let hop = 0; hop <= mostRedirects; hop++) {
    const own = token !== undefined && new URL(url).origin === home;
    const sent = {
      // What is hashed and resumed are the file's own bytes, not a packed form of them.
      "accept-encoding": "identity",
      ...headers,
      ...(own && { authorization: `Bearer ${token}` }),
    };
    const answer = await send(url, { method, headers: sent }, options);
    const next = redirectOf(url, answer.response);
    if (next === undefined || (redirects === "origin" && next.origin !== home)) return answer;
    await answer.close();
    url = next.href;
  }
  throw failed(what.url, `it redirects more than ${mostRedirects} times`);
}

function redirectOf(url: string, response: FetchResponse): URL | undefined {
  const location = response.headers.get("location");
  if (response.status < 300 || response.status > 399 || location === null) return undefined;
  if (!URL.canParse(location, url))
    throw failed(url, `it redirects to ${JSON.stringify(location)}`);
  const next = new URL(location, url);
  const plain = next.protocol === "http:" && new URL(url).protocol === "http:";
  if (next.protocol === "https:" || plain) return next;
  throw failed(url, `it redirects to ${next.protocol}//${next.host}, which is not encrypted`);
}

async function send(
  url: string,
  init: Pick<Parameters<TransportOptions["fetch"]>[1], "method" | "headers">,
  options: TransportOptions,
): Promise<Answer> {
  throwIfAborted(options.signal);
  const idle = createIdleTimer(options.timeoutSeconds);
  const signal = options.signal ? AbortSignal.any([options.signal, idle.signal]) : idle.signal;
  try {
    const response = await options.fetch(url, { ...init, redirect: "manual", signal });
    idle.touch();
    return {
      response,
      url,
      touch: idle.touch,
      timedOut: () => idle.signal.aborted,
      close: async () => {
        idle.stop();
        if (!response.body?.locked) await response.body?.cancel().catch(() => undefined);
      },
    };
  } catch (cause) {
    idle.stop();
    throwIfAborted(options.signal);
    if (!idle.signal.aborted) throw cause;
    throw new Error(`no byte came for ${options.timeoutSeconds} s`, { cause: undefined });
  }
}

const failed = (url: string, why: string): GraftError =>
  new GraftError("download-failed", `${url} can't be fetched: ${why}.`, { details: { url } });
