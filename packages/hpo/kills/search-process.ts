import { queueWorkers, redisJournal } from "../src/bullmq.js";
import { fileJournal, workerPool } from "../src/node.js";
import { search } from "../src/search/search.js";
import type { LifeSetting } from "./life.js";
import { theSearch } from "./the-search.js";

// node --import tsx search-process.ts SETTING: a LifeSetting as JSON.
const { path, seed, workers, queue } = JSON.parse(process.argv[2]!) as LifeSetting;

const pool = queue
  ? await queueWorkers({ connection: queue.address, queue: queue.name, search: queue.name })
  : workers > 0
    ? await workerPool({ module: new URL("./objective.ts", import.meta.url), count: workers })
    : undefined;
const events = search({
  ...theSearch,
  ...(pool ? { objective: pool.objective } : {}),
  seed,
  workers: workers > 0 ? workers : 4,
  journal:
    path === undefined
      ? redisJournal({ connection: queue!.address, search: queue!.name })
      : fileJournal(path),
});
for await (const event of events) process.stdout.write(`${JSON.stringify(event)}\n`);
await pool?.close();
