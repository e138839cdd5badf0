import { GraftError } from "../errors.js";

/** Events to read to the end; then `result()` gives what they led to. */
export type Resulting<E, R> = AsyncIterable<E> & {
  /** Throws `run-invalid` before the last event was read. */
  result(): R;
};

/** Long work, such as "training", as events with a result. Each reading of the events runs it. */
export function resulting<E, R>(work: string, run: () => AsyncGenerator<E, R>): Resulting<E, R> {
  let ended: { readonly result: R } | undefined;
  return {
    async *[Symbol.asyncIterator]() {
      ended = { result: yield* run() };
    },
    result() {
      if (ended) return ended.result;
      throw new GraftError(
        "run-invalid",
        `The ${work} has not ended. Read all of its events before asking for its result.`,
      );
    },
  };
}
