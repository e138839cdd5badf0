import type { Finding, Progress } from "./fuzz.js";

export type WorkerInput = {
  name: string;
  runs: number;
  seed: number;
  /** The bytes of the input at hand. */
  current: SharedArrayBuffer;
  /** Two Int32: how many inputs were begun, and the length of the one at hand. */
  beat: SharedArrayBuffer;
};

export type FromWorker =
  | ({ kind: "progress" | "done" } & Progress)
  | ({ kind: "finding" } & Finding);
