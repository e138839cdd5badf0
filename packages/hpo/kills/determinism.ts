import { isDeepStrictEqual, parseArgs } from "node:util";
import { queueWorkers } from "../src/bullmq.js";
import { workerPool } from "../src/node.js";
import { median } from "../src/pruners/median.js";
import { tpe } from "../src/samplers/tpe.js";
import type { SearchResult } from "../src/search/events.js";
import type { Objective } from "../src/search/objective.js";
import { search } from "../src/search/search.js";
import type { Space } from "../src/space/space.js";
import { startRedis } from "../src/testing/redis-server.js";
import { queueCrew } from "./queue-crew.js";
import { objective } from "./restless-objective.js";

// pnpm --filter @graft-ml/hpo run determinism [--repetitions 20] [--seed 1]: needs redis-server.
const { values } = parseArgs({
  options: {
    repetitions: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
  },
});
const [repetitions, seed] = [Number(values.repetitions), Number(values.seed)];
const counts = [1, 2, 4, 16];
const module = new URL("./restless-objective.ts", import.meta.url);

const space: Space = {
  parameters: {
    x: { kind: "float", min: -5, max: 5 },
    y: { kind: "float", min: 0.001, max: 5, log: true },
    kind: { kind: "choice", values: ["a", "b"] },
  },
  constraints: [],
};

async function resultOf(objective: Objective, workers: number): Promise<SearchResult> {
  const policies = { sampler: tpe(), pruner: median({ startup: 4 }) };
  const searching = search({ space, ...policies, objective, seed, workers, trials: 60 });
  for await (const event of searching) {
    if (event.type !== "search-end") continue;
    const { type: _, reason: __, ...result } = event;
    return result;
  }
  throw new Error("The search had no end.");
}

const expected = await resultOf(objective, 1);
let differences = 0;

/** Searches again and again. */
async function repeat(where: string, run: (at: number) => Promise<SearchResult>): Promise<void> {
  let equal = 0;
  const began = performance.now();
  for (let at = 0; at < repetitions; at++) {
    if (isDeepStrictEqual(await run(at), expected)) equal += 1;
  }
  differences += repetitions - equal;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`${where}: ${equal} of ${repetitions} equal, ${seconds} s\n`);
}

for (const count of counts) {
  await repeat(`${count} in the process`, () => resultOf(objective, count));
}
for (const count of counts) {
  const pool = await workerPool({ module, count });
  await repeat(`${count} worker processes`, () => resultOf(pool.objective, count));
  await pool.close();
}
const redis = await startRedis();
for (const count of counts) {
  const queue = { address: redis.address, name: `workers-${count}` };
  const crew = queueCrew(queue, { count, concurrency: 1, lease: 30, module: module.href });
  await crew.ready;
  await repeat(`${count} workers of a queue`, async (at) => {
    const connection = redis.address;
    const away = await queueWorkers({ connection, queue: queue.name, search: `search-${at}` });
    return await resultOf(away.objective, 16).finally(() => away.close());
  });
  await crew.close();
}
await redis.remove();
const { trials, best } = expected;
const count = (state: string): number => trials.filter((trial) => trial.state === state).length;
process.stdout.write(
  `seed ${seed}: ${count("complete")} complete, ${count("pruned")} pruned, ${count("failed")} failed, best ${best!.number} with ${best!.values[0]}; ${differences} differences\n`,
);
process.exitCode = differences === 0 ? 0 : 1;
