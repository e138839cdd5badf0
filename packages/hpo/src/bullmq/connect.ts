import { Redis, type RedisOptions } from "ioredis";
import { SearchError } from "../error.js";
import { within } from "./within.js";

/** Where Redis is: `redis://`, `rediss://`, the path of a socket, or ioredis's own options. */
export type RedisAddress = string | RedisOptions;

/** What happens to a connection. Plain JSON. */
export type ConnectionEvent =
  /** Redis is away; whoever needs it waits. Told once, however often it is tried again. */
  { readonly type: "queue-lost"; readonly reason: string } | { readonly type: "queue-back" };

/** Who connects. */
export type Connecting = {
  readonly tell: (event: ConnectionEvent) => void;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds in which it has to be there for the first time. Default: it is waited for. */
  readonly patience?: number;
};

/** How long a search waits for Redis at its start: one that is started again is there by then. */
export const BEGINNING = 10_000;

/**
 * A connection whose commands wait while Redis is away. Settles when it is there for the first time. Throws
 * `config-invalid` where the address is none, Redis refuses it or isn't there in time, and `aborted`.
 */
export async function connect(
  address: RedisAddress,
  { tell, signal, patience }: Connecting,
): Promise<Redis> {
  const client = clientOf(address);
  let isAway = false;
  let last = "it gives no answer";
  const lose = (reason: string): void => {
    if (isAway || client.status === "end") return;
    isAway = true;
    tell({ type: "queue-lost", reason });
  };
  client.on("error", (error: NodeJS.ErrnoException) => {
    last = error.message || String(error.code);
    lose(last);
  });
  client.on("close", () => lose("the connection was closed"));
  client.on("ready", () => {
    if (isAway) tell({ type: "queue-back" });
    isAway = false;
  });
  const ready = firstReady(client, signal);
  try {
    if (patience === undefined) await ready;
    else if (!(await within(patience, ready))) throw absent(address, last);
  } catch (error) {
    client.disconnect();
    throw error;
  }
  return client;
}

const absent = (address: RedisAddress, reason: string): SearchError =>
  new SearchError(
    "config-invalid",
    `Redis at ${shownAddress(address)} is not there: ${reason}. Start it, or mend the address.`,
  );

function clientOf(address: RedisAddress): Redis {
  // Commands wait for Redis to be back, however long it takes.
  const options = { maxRetriesPerRequest: null, lazyConnect: true };
  if (typeof address !== "string") return new Redis({ ...address, ...options });
  if (/^(rediss?:\/\/|\/)/.test(address)) return new Redis(address, options);
  throw new SearchError(
    "config-invalid",
    `"${shownAddress(address)}" is no address of Redis. Give one such as redis://localhost:6379.`,
  );
}

/** An address without its password. */
export const shownAddress = (address: RedisAddress): string =>
  typeof address === "string"
    ? address.replace(/\/\/[^@/]*@/, "//")
    : (address.path ?? `${address.host ?? "localhost"}:${address.port ?? 6379}`);

function firstReady(client: Redis, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void =>
      reject(
        new SearchError("aborted", "Stopped before Redis was there.", { cause: signal?.reason }),
      );
    const refuse = (error: Error): void => {
      if (!/^(NOAUTH|WRONGPASS|NOPERM|ERR) /.test(error.message)) return;
      reject(
        new SearchError("config-invalid", `Redis refuses: ${error.message}. Mend its address.`, {
          cause: error,
        }),
      );
    };
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
    client.on("error", refuse);
    // What goes wrong at first is told by events, and tried again.
    client.connect().catch(() => {});
    client.once("ready", () => {
      signal?.removeEventListener("abort", abort);
      client.off("error", refuse);
      resolve();
    });
  });
}
