import { serveTrials } from "../src/bullmq.js";
import type { WorkerObjective } from "../src/node.js";
import type { ServingSetting } from "./life.js";

// node --import tsx queue-worker.ts SETTING: a ServingSetting as JSON. Serves until it is killed.
const { queue, concurrency, lease, module } = JSON.parse(process.argv[2]!) as ServingSetting;
const { objective } = (await import(module)) as { readonly objective: WorkerObjective };
const place = { connection: queue.address, queue: queue.name };
for await (const event of serveTrials({ ...place, objective, concurrency, lease })) {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}
