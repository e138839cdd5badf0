import { serveTrials } from "../src/bullmq.js";
import { objective } from "./objective.js";

// node --import tsx queue-worker.ts ADDRESS QUEUE: two trials at a time, until it is killed.
const [, , connection, queue] = process.argv as [string, string, string, string];
const events = serveTrials({ connection, queue, objective, concurrency: 2, lease: 1 });
for await (const event of events) process.stdout.write(`${JSON.stringify(event)}\n`);
