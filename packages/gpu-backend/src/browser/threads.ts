import { GraftError } from "@graft-ml/core";

/** Threads share memory, which a page may do only where it is cross-origin isolated. */
export const mayShareMemory = (): boolean =>
  globalThis.crossOriginIsolated === true && typeof SharedArrayBuffer === "function";

const ISOLATION =
  "the page is not cross-origin isolated: serve it with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp";

/** Those asked for, or as many as there are cores where threads are possible. Throws `device-unavailable`. */
export function threadsHere(asked: number | undefined): number {
  if (mayShareMemory()) return asked ?? navigator.hardwareConcurrency;
  if (asked === undefined || asked === 1) return 1;
  throw new GraftError("device-unavailable", `${asked} threads are not possible: ${ISOLATION}.`, {
    details: { threads: asked },
  });
}

/** "2 threads", and why there is one where more would be faster. */
export const threadsInWords = (threads: number): string => {
  if (threads > 1) return `${threads} threads`;
  return mayShareMemory() ? "1 thread" : `1 thread, since ${ISOLATION}`;
};
