import { GraftError } from "@graft-ml/core";
import type { Answer, CallName, Calls, Envelope, Failure } from "./protocol.js";

/** The one road to whoever owns the compiled graphs: a thread of Node, or a browser's worker. */
export type Transport = {
  /** `transfer` lists buffers that the other side takes over. Rejects with what went wrong there. */
  call<K extends CallName>(
    call: K,
    request: Calls[K]["request"],
    transfer?: readonly ArrayBuffer[],
  ): Promise<Calls[K]["reply"]>;
  /** Waits for the calls that are under way, then for the other side to leave. */
  close(): Promise<void>;
};

/** How envelopes reach a worker of one kind. */
export type Wire = {
  send(envelope: Envelope, transfer: readonly ArrayBuffer[]): void;
  /** Hears when the first call is under way, and when the last one was answered. */
  busy?(waiting: boolean): void;
};

/** The calls that wait for a worker's answers. */
export type Correspondence = Pick<Transport, "call"> & {
  answered(answer: Answer): void;
  /** The worker is gone: rejects what waits, and whatever comes after. */
  stopped(what: string, cause?: unknown): void;
};

type Waiting = { resolve: (value: never) => void; reject: (error: GraftError) => void };

export function correspond({ send, busy = () => {} }: Wire): Correspondence {
  const waiting = new Map<number, Waiting>();
  let failed: GraftError | undefined;
  let nextId = 0;

  const settle = (id: number): Waiting | undefined => {
    const entry = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) busy(false);
    return entry;
  };

  return {
    call: (call, request, transfer = []) =>
      new Promise((resolve, reject) => {
        if (failed) {
          reject(failed);
          return;
        }
        const id = nextId++;
        send({ id, call, request } as Envelope, transfer);
        busy(true);
        waiting.set(id, { resolve, reject });
      }),
    answered(answer) {
      const entry = settle(answer.id);
      if (answer.ok) entry?.resolve(answer.value as never);
      else entry?.reject(errorOf(answer.failure));
    },
    stopped(what, cause) {
      failed ??= engineFailed(what, cause);
      for (const id of [...waiting.keys()]) settle(id)?.reject(failed);
    },
  };
}

const engineFailed = (what: string, cause?: unknown): GraftError =>
  new GraftError(
    "engine-failed",
    `The engine stopped: ${what}. Open a new engine and restore the last snapshot.`,
    { cause },
  );

function errorOf({ code, message, details, stack }: Failure): GraftError {
  const cause = new Error(message);
  if (stack !== undefined) cause.stack = stack;
  return new GraftError(code, message, { details, cause });
}
