import type { WorkerObjective } from "../workers/worker-pool.js";

/** Falls to x squared in four epochs. */
export const objective: WorkerObjective = async ({ x }, { report }) => {
  for (let step = 1; step <= 4; step++) await report({ step, value: Number(x) ** 2 + 1 / step });
  return Number(x) ** 2;
};

/** What a worker is told of threads, and the process that it is. */
export const told: WorkerObjective = (_, { threads, attempt }) => [
  threads,
  Number(process.env.OMP_NUM_THREADS),
  attempt,
  process.pid,
];

/** What a worker is told of its place in a round. */
export const placed: WorkerObjective = (_, { resource = 0, begun = 0, origin = 0, note }) => {
  note?.(`from ${begun} to ${resource}`);
  return [resource, begun, origin];
};

/** Trial 1 takes half a GiB outside the heap, which is no less the process's. */
export const greedy: WorkerObjective = async (_, { number }) => {
  if (number !== 1) return 0;
  const kept: Buffer[] = [];
  while (kept.length < 32) {
    kept.push(Buffer.alloc(1 << 24, 1));
    await new Promise((done) => setTimeout(done, 20));
  }
  return kept.length;
};

/** Trial 1 ends its process once, trial 2 always. */
export const dying: WorkerObjective = (_, { number, attempt }) => {
  if (number === 2 || (number === 1 && attempt === 1)) process.kill(process.pid, "SIGKILL");
  return number;
};

/** Ends at an abort. */
export const patient: WorkerObjective = (_, { signal }) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

/** Hears of nothing. */
export const deaf: WorkerObjective = () => {
  while (true);
};

/** Throws, gives NaN, or reports it. */
export const failing: WorkerObjective = async (_, { number, report }) => {
  if (number === 0) throw new TypeError("no such layer");
  if (number === 1) return Number.NaN;
  await report({ step: 1, value: Number.NaN });
  return 0;
};

/** No objective. */
export const notOne = 3;
