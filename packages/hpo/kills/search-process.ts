import { fileJournal, workerPool } from "../src/node.js";
import { search } from "../src/search/search.js";
import { theSearch } from "./the-search.js";

// node --import tsx search-process.ts JOURNAL SEED WORKERS: with no workers, trials run in this process.
const [, , path, seed, count] = process.argv as [string, string, string, string, string];
const workers = Number(count);
const pool =
  workers > 0
    ? await workerPool({ module: new URL("./objective.ts", import.meta.url), count: workers })
    : undefined;
const events = search({
  ...theSearch,
  ...(pool ? { objective: pool.objective } : {}),
  seed: Number(seed),
  workers: pool?.count ?? 4,
  journal: fileJournal(path),
});
for await (const event of events) process.stdout.write(`${JSON.stringify(event)}\n`);
await pool?.close();
