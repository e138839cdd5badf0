import type { Redis } from "ioredis";
import { SearchError } from "../error.js";
import { FORM } from "./messages.js";
import { versionKey } from "./names.js";

/** Milliseconds for which a queue remembers what it works with, after the last who knew. */
const MEMORY = 60_000;

/** Who joins a queue. */
export type Joining = {
  readonly queue: string;
  /** Null: nothing is said of it, which differs from everything that is. */
  readonly version: string | null;
  /** Called where another version has come, when Redis had forgotten this one. */
  readonly fail: (error: SearchError) => void;
};

/**
 * Makes sure that a queue has searches and workers of one version alone, and keeps looking. Gives what ends the
 * looking. Throws `search-mismatch`, naming both versions.
 */
export async function agree(client: Redis, { queue, version, fail }: Joining): Promise<() => void> {
  const own = `${version ?? "none"} (form ${FORM})`;
  const key = versionKey(queue);
  const look = async (): Promise<void> => {
    await client.set(key, own, "PX", MEMORY, "NX");
    const kept = (await client.get(key)) ?? own;
    if (kept !== own) throw otherVersion({ queue, kept, own });
    await client.pexpire(key, MEMORY);
  };
  await look();
  const timer = setInterval(() => {
    look().catch((error: unknown) => {
      if (error instanceof SearchError) fail(error);
    });
  }, MEMORY / 4);
  timer.unref();
  return () => clearInterval(timer);
}

/** Of a queue's two sides. */
export const otherVersion = (of: {
  readonly queue: string;
  readonly kept: string;
  readonly own: string;
}): SearchError =>
  new SearchError(
    "search-mismatch",
    `Queue ${of.queue} works with version ${of.kept}, and this is version ${of.own}. Install the same on both sides, give another queue, or wait a minute after the last of the others has ended.`,
    { details: of },
  );
