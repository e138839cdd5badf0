import { Worker } from "node:worker_threads";
import { type Finding, limits, type Progress } from "./fuzz.js";
import type { FromWorker, WorkerInput } from "./messages.js";

export type Outcome = Progress & { readonly findings: readonly Finding[] };

/** Seconds without a new input after which one counts as stuck, on however busy a machine. */
const patience = 30;

/**
 * Fuzzes a target in a worker and watches it: an input that never ends, or that takes all of its
 * 512 MiB of heap, is a finding too, and ends the run.
 */
export function watch(
  name: string,
  options: { runs: number; seed: number; onProgress(progress: Progress): void },
): Promise<Outcome> {
  const current = new SharedArrayBuffer(limits.inputBytes);
  const beat = new SharedArrayBuffer(8);
  const counters = new Int32Array(beat);
  const input: WorkerInput = { name, runs: options.runs, seed: options.seed, current, beat };
  const worker = new Worker(new URL("../worker-start.mjs", import.meta.url), {
    workerData: input,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  const findings: Finding[] = [];
  const atHand = (): Uint8Array =>
    Uint8Array.from(new Uint8Array(current).subarray(0, Atomics.load(counters, 1)));
  return new Promise((resolve) => {
    let last: Progress = { runs: 0, covered: 0, all: 0, corpus: 0 };
    let [seen, since] = [0, Date.now()];
    const end = (why?: string): void => {
      clearInterval(timer);
      if (why !== undefined) findings.push({ why, input: atHand() });
      void worker.terminate();
      resolve({ ...last, findings });
    };
    const timer = setInterval(() => {
      const count = Atomics.load(counters, 0);
      if (count !== seen || count === 0) [seen, since] = [count, Date.now()];
      if (Date.now() - since > patience * 1000) end(`it did not end within ${patience} s`);
    }, 1000);
    worker.on("message", (message: FromWorker) => {
      if (message.kind === "finding") return void findings.push(message);
      const { runs, covered, all, corpus } = message;
      last = { runs, covered, all, corpus };
      if (message.kind === "done") end();
      else options.onProgress(last);
    });
    worker.on("error", (error) => end(`the thread died: ${error.message}`));
  });
}
