// How many more trials four workers of a queue train than one: processes on this machine, through Redis.
//   pnpm --filter @graft-ml/benchmarks exec tsx hpo-workers.ts [--rounds N] [--trials N]: needs redis-server
import { type ChildProcess, spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { float, random, search, space } from "@graft-ml/hpo";
import { queueWorkers } from "@graft-ml/hpo/bullmq";
import { startRedis } from "../packages/hpo/src/testing/redis-server.js";
import { median } from "./lib/alternate.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";
import { loadNote } from "./lib/time-models.js";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "9" },
    trials: { type: "string", default: "32" },
  },
});
const [rounds, trials] = [Number(options.rounds), Number(options.trials)];
const COUNTS = [1, 2, 4];
const script = fileURLToPath(new URL("peers/hpo-worker.ts", import.meta.url));
const redis = await startRedis();

/** Processes that serve a queue of their own, once all do. */
async function startCrew(count: number): Promise<readonly ChildProcess[]> {
  return await Promise.all(
    Array.from({ length: count }, async () => {
      const given = ["--import", "tsx", script, redis.address, `workers-${count}`];
      const child = spawn(process.execPath, given, { stdio: ["pipe", "pipe", "inherit"] });
      await new Promise((resolve) => child.stdout.once("data", resolve));
      return child;
    }),
  );
}

/** Seconds of one search. */
async function searchTime(count: number, round: number): Promise<number> {
  const name = `round-${round}`;
  const place = { connection: redis.address, queue: `workers-${count}`, search: name };
  const workers = await queueWorkers(place);
  const began = performance.now();
  const events = search({
    space: space({ x: float({ min: 0, max: 1 }) }),
    ...{ sampler: random(), seed: round, trials, workers: 8, window: 8 },
    objective: workers.objective,
  });
  let complete = 0;
  for await (const event of events) {
    if (event.type === "trial-end" && event.trial.state === "complete") complete += 1;
  }
  const seconds = (performance.now() - began) / 1000;
  await workers.close();
  if (complete !== trials) throw new Error(`${complete} of ${trials} trials are complete.`);
  return seconds;
}

const crews = new Map<number, readonly ChildProcess[]>();
for (const count of COUNTS) crews.set(count, await startCrew(count));
const times = new Map<number, number[]>(COUNTS.map((count) => [count, []]));
for (const count of COUNTS) await searchTime(count, 0);
for (let round = 1; round <= rounds; round++) {
  for (const count of COUNTS) times.get(count)!.push(await searchTime(count, round));
}
for (const child of [...crews.values()].flat()) child.stdin?.end();
await redis.remove();

const middle = (count: number): number => median(times.get(count)!);
const rows: Row[] = COUNTS.map((count) => ({
  workers: count,
  "median, s": middle(count).toFixed(2),
  "least, s": Math.min(...times.get(count)!).toFixed(2),
  "most, s": Math.max(...times.get(count)!).toFixed(2),
  "ms a trial": Math.round((1000 * middle(count)) / trials),
  "throughput, of one worker's": (middle(1) / middle(count)).toFixed(2),
}));
console.log(markdownTable(rows));
await writeResult("hpo-workers", {
  command: `pnpm --filter @graft-ml/benchmarks exec tsx hpo-workers.ts --rounds ${rounds} --trials ${trials}`,
  notes: [
    `A search of ${trials} trials, each the same computation on one thread, given by one searcher through Redis to 1, 2 and 4 worker processes in turns, ${rounds} times; ratios are of medians. At best it is the number of cores, ${availableParallelism()}.`,
    "The searcher and Redis (appendonly, a sync every second) share the same cores.",
    loadNote(),
  ],
  rows,
});
