import { parentPort, workerData } from "node:worker_threads";
import { fuzz } from "./lib/fuzz.js";
import type { FromWorker, WorkerInput } from "./lib/messages.js";
import { targets } from "./targets/index.js";

/** Fuzzes one target; the input at hand lies in shared memory, for a watcher that finds it stuck. */
const { name, runs, seed, current, beat }: WorkerInput = workerData;
const tell = (message: FromWorker): void => parentPort?.postMessage(message);
const target = targets.find((each) => each.name === name);
if (!target) throw new Error(`There is no target "${name}"`);
const bytes = new Uint8Array(current);
const counters = new Int32Array(beat);

let told = Date.now();
const progress = await fuzz(target, {
  runs,
  seed,
  onInput(input) {
    bytes.set(input.subarray(0, bytes.length));
    Atomics.store(counters, 1, Math.min(input.length, bytes.length));
    Atomics.add(counters, 0, 1);
  },
  onProgress(now) {
    if (Date.now() - told < 5000) return;
    told = Date.now();
    tell({ kind: "progress", ...now });
  },
  onFinding: (finding) => tell({ kind: "finding", ...finding }),
});
tell({ kind: "done", ...progress });
