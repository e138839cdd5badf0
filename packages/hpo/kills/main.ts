import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { disturb } from "./disturb.js";
import { undisturbed } from "./undisturbed.js";

// pnpm --filter @graft-ml/hpo run kills [--count 200] [--seed 0]
const { values } = parseArgs({
  options: { count: { type: "string", default: "200" }, seed: { type: "string", default: "0" } },
});
const [count, first] = [Number(values.count), Number(values.seed)];
const folder = await mkdtemp(join(tmpdir(), "graft-search-kills-"));
const began = performance.now();
const sum = { kills: 0, workerKills: 0, lives: 0, searches: 0, faults: 0 };

for (let seed = first; sum.kills + sum.workerKills < count; seed++) {
  // One process or two, with workers or without.
  const [processes, workers] = [1 + (seed % 2), seed % 4 < 2 ? 2 : 0];
  const left = Math.min(12, count - sum.kills - sum.workerKills);
  const path = join(folder, `${seed}.jsonl`);
  const expected = await undisturbed(seed);
  const end = await disturb({ path, seed, processes, workers, kills: left, expected });
  sum.kills += end.kills;
  sum.workerKills += end.workerKills;
  sum.lives += end.lives;
  sum.searches += 1;
  sum.faults += end.faults.length;
  const killed = `${end.kills} processes and ${end.workerKills} workers killed`;
  const told = end.faults.join(", ") || "equal";
  process.stdout.write(`${seed}. ${processes} at once, ${workers} workers: ${killed}, ${told}\n`);
}

const seconds = Math.round((performance.now() - began) / 1000);
process.stdout.write(
  `${sum.searches} searches, ${sum.lives} lives, ${sum.kills} processes and ${sum.workerKills} workers killed, ${sum.faults} faults, ${seconds} s\n`,
);
if (sum.faults === 0) await rm(folder, { recursive: true });
else {
  process.stdout.write(`Kept: ${folder}\n`);
  process.exitCode = 1;
}
