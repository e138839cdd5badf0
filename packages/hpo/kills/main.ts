import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startRedis } from "../src/testing/redis-server.js";
import { disturb } from "./disturb.js";
import { undisturbed } from "./undisturbed.js";

// pnpm --filter @graft-ml/hpo run kills [--redis] [--count 200] [--seed 0]
const { values } = parseArgs({
  options: {
    redis: { type: "boolean", default: false },
    count: { type: "string", default: "200" },
    seed: { type: "string", default: "0" },
  },
});
const [count, first] = [Number(values.count), Number(values.seed)];
const folder = await mkdtemp(join(tmpdir(), "graft-search-kills-"));
const redis = values.redis ? await startRedis() : undefined;
const began = performance.now();
const sum = { kills: 0, workerKills: 0, redisKills: 0, lives: 0, searches: 0, faults: 0 };
const killsOf = (of: Pick<typeof sum, "kills" | "workerKills" | "redisKills">): string =>
  `${of.kills} processes, ${of.workerKills} workers${redis ? ` and ${of.redisKills} Redis` : ""} killed`;

/** With Redis: its queue, and the journal in a file or in Redis, too. Without: workers of one's own, or none. */
function placesOf(seed: number) {
  const path = join(folder, `${seed}.jsonl`);
  if (!redis) return { path, workers: seed % 4 < 2 ? 2 : 0 };
  const queue = { address: redis.address, name: `search-${seed}` };
  return { redis, queue, workers: 8, ...(seed % 4 < 2 ? { path } : {}) };
}

for (let seed = first; sum.kills + sum.workerKills + sum.redisKills < count; seed++) {
  // One process or two.
  const processes = 1 + (seed % 2);
  const left = Math.min(12, count - sum.kills - sum.workerKills - sum.redisKills);
  const expected = await undisturbed(seed);
  const places = placesOf(seed);
  const end = await disturb({ ...places, seed, processes, kills: left, expected });
  sum.kills += end.kills;
  sum.workerKills += end.workerKills;
  sum.redisKills += end.redisKills;
  sum.lives += end.lives;
  sum.searches += 1;
  sum.faults += end.faults.length;
  const told = end.faults.join(", ") || "equal";
  const journal = "path" in places ? "a file" : "Redis";
  process.stdout.write(
    `${seed}. ${processes} at once, ${places.workers} workers, journal in ${journal}: ${killsOf(end)}, ${told}\n`,
  );
}

const seconds = Math.round((performance.now() - began) / 1000);
process.stdout.write(
  `${sum.searches} searches, ${sum.lives} lives, ${killsOf(sum)}, ${sum.faults} faults, ${seconds} s\n`,
);
await redis?.remove();
if (sum.faults === 0) await rm(folder, { recursive: true });
else {
  process.stdout.write(`Kept: ${folder}\n`);
  process.exitCode = 1;
}
