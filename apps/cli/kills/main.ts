import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { aimsOf, aimText } from "./aims.js";
import type { Aim, Life } from "./life.js";
import { makeTrainings } from "./trainings.js";
import { killAndResume, runWhole, type Trial } from "./trial.js";

// pnpm --filter @graft-ml/cli run kills [--count 20] [--seed 0]
const { values } = parseArgs({
  options: { count: { type: "string", default: "20" }, seed: { type: "string", default: "0" } },
});
const [count, seed] = [Number(values.count), Number(values.seed)];

const folder = await mkdtemp(join(tmpdir(), "graft-kills-"));
const trainings = await makeTrainings(folder);
const wholes = new Map<string, Life>();
const began = performance.now();
let [kills, equal] = [0, 0];

for (let trial = 0; trial < count; trial++) {
  const training = trainings[trial % trainings.length]!;
  const { name } = training;
  const whole = join(folder, `whole-${trial % trainings.length}`);
  const life = wholes.get(name) ?? (await runWhole(training, whole));
  wholes.set(name, life);
  // Each training meets each kind of moment in the course of the rounds.
  const place = trial + Math.floor(trial / trainings.length);
  const aims = aimsOf(life, { trial: place, seed });
  const run = join(folder, `run-${trial}`);
  const outcome = await killAndResume(training, { run, whole, aims });
  tell(trial, name, aims, outcome);
  kills += outcome.lives.filter(({ code }) => code === null).length;
  if (outcome.differences.length === 0) {
    equal += 1;
    await rm(run, { recursive: true });
  }
}

const seconds = Math.round((performance.now() - began) / 1000);
console.log(`${equal} of ${count} runs equal after ${kills} kills, ${seconds} s`);
if (equal === count) await rm(folder, { recursive: true });
else {
  console.log(`Kept: ${folder}`);
  process.exitCode = 1;
}

function tell(trial: number, name: string, aims: readonly Aim[], outcome: Trial): void {
  const { lives, differences } = outcome;
  const killed = lives.filter(({ code }) => code === null);
  console.log(
    `${trial + 1}. ${name}: killed ${killed.length} x, ${differences.join(", ") || "equal"}`,
  );
  for (const [i, { place, cut, seconds: after }] of killed.entries()) {
    const aim = aims[i];
    const parts = [`at ${place}`, `after ${after.toFixed(1)} s`, cut.join(", ") || "nothing"];
    console.log(`   ${parts.join(", ")} half written (aim: ${aim ? aimText(aim) : "none"})`);
  }
}
