// Serves a queue with a trial that computes on one thread: tsx peers/hpo-worker.ts ADDRESS QUEUE. Ends when its input does.
import { serveTrials } from "@graft-ml/hpo/bullmq";

/** Steps of a xorshift: a fixed amount of work, so that it takes longer where cores are shared. */
const STEPS = 60_000_000;

function compute(seed: number): number {
  let state = seed | 1;
  for (let step = 0; step < STEPS; step++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return state / 2 ** 31;
}

const [, , connection, queue] = process.argv as [string, string, string, string];
const stop = new AbortController();
process.stdin.on("end", () => stop.abort()).resume();
const serving = serveTrials({
  ...{ connection, queue, signal: stop.signal },
  objective: (_, { number }) => compute(number + 1),
});
for await (const event of serving) process.stdout.write(`${event.type}\n`);
