/** What is asked of `fetch`; redirects are followed by hand, so that a token stays with its host. */
export type Fetch = (
  url: string,
  init: {
    readonly method: "GET" | "HEAD";
    readonly headers: Readonly<Record<string, string>>;
    readonly redirect: "manual";
    readonly signal: AbortSignal;
  },
) => Promise<FetchResponse>;

/** The part of a `Response` that is read. */
export type FetchResponse = {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: Body | null;
};

/** As much of a stream as Node's, undici's and the browser's have in common. */
type Body = {
  readonly locked: boolean;
  cancel(): Promise<void>;
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
    cancel(): Promise<void>;
  };
};

/** What happens while something is fetched: all plain JSON. */
export type DownloadEvent =
  | {
      readonly type: "download-start";
      readonly file: string;
      /** There already from an earlier attempt. */
      readonly bytes: number;
      readonly total: number;
    }
  | {
      readonly type: "download-progress";
      readonly file: string;
      readonly bytes: number;
      readonly total: number;
      /** From the speed so far. */
      readonly secondsLeft: number;
    }
  | {
      readonly type: "download-end";
      readonly file: string;
      readonly bytes: number;
      readonly seconds: number;
    }
  /** A pause before the next attempt: the server asked for it, or the connection failed. */
  | {
      readonly type: "download-wait";
      readonly url: string;
      readonly seconds: number;
      readonly reason: string;
    }
  /** Another process is fetching the same file. */
  | { readonly type: "download-locked"; readonly file: string; readonly lock: string }
  /** The hub can't be reached, and what it last said is used. */
  | { readonly type: "hub-unreachable"; readonly file: string; readonly reason: string };

export type TransportOptions = {
  readonly fetch: Fetch;
  /** Seconds without a byte before a request is given up. */
  readonly timeoutSeconds: number;
  /** The longest single wait that a server may ask for; a longer one is an error that says so. */
  readonly maxWaitSeconds: number;
  /** The first pause after a failure; it doubles with each. */
  readonly retrySeconds: number;
  /** Attempts of one request. */
  readonly attempts: number;
  readonly signal?: AbortSignal | undefined;
};

export const transportDefaults = {
  timeoutSeconds: 10,
  maxWaitSeconds: 120,
  retrySeconds: 1,
  attempts: 5,
} as const;
