// Ten epochs of probing on 1,000 pictures: features kept, against the usual PyTorch loop that runs the frozen trunk in every epoch.
//   pnpm --filter @graft-ml/benchmarks exec tsx probing.ts [--rounds N]
import { spawnSync } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openPictures } from "@graft-ml/vision/node";
import { median } from "./lib/alternate.js";
import { fewPerClass } from "./lib/few-per-class.js";
import { sharedFolder } from "./lib/networks.js";
import { peerEnvironment } from "./lib/peer-environment.js";
import { markdownTable, writeResult } from "./lib/report.js";

const CLASSES = 20;
const PER_CLASS = 50;
const TEST_PER_CLASS = 20;
const { values: options } = parseArgs({ options: { rounds: { type: "string", default: "3" } } });
const ROUNDS = Number(options.rounds);
const RATE = "1e-3";

type Outcome = { seconds: number; accuracy: number; peakMB: number };

const table = await writeTable();
const weights = join(sharedFolder("weights/mobilenet_v2_100_224-imagenet"), "model.safetensors");
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const ours: Outcome[] = [];
const theirs: Outcome[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const args = [table, weights, "10", RATE];
  ours.push(run(process.execPath, ["--import", "tsx", here("peers/probing.ts"), ...args]));
  theirs.push(run("/usr/bin/python3", [here("peers/probing.py"), ...args]));
  console.log(JSON.stringify({ round, ours: ours.at(-1), theirs: theirs.at(-1) }));
}
const seconds = (outcomes: readonly Outcome[]) =>
  median(outcomes.map((outcome) => outcome.seconds));
const row = (name: string, outcomes: readonly Outcome[]) => ({
  who: name,
  "seconds, median": seconds(outcomes).toFixed(1),
  "test accuracy, %": (100 * median(outcomes.map(({ accuracy }) => accuracy))).toFixed(1),
  "peak, MiB": Math.max(...outcomes.map(({ peakMB }) => peakMB)),
  "times faster": (seconds(theirs) / seconds(outcomes)).toFixed(1),
});
const rows = [row("Graft, features kept", ours), row("PyTorch, trunk in every epoch", theirs)];
console.log(markdownTable(rows));
await writeResult("probing", {
  command: `pnpm --filter @graft-ml/benchmarks exec tsx probing.ts --rounds ${ROUNDS}`,
  notes: [
    `MobileNetV2 with its ImageNet weights at 224 x 224, ${CLASSES} classes of Caltech-101, ${PER_CLASS} training pictures each; tested on ${TEST_PER_CLASS} others each.`,
    `Both: a new linear head, AdamW (rate ${RATE}, decay 0.05), cosine, batch 32, 10 epochs, decoding and start-up included; ours and theirs in alternation, rounds: ${ROUNDS}.`,
    "PyTorch is Debian's 1.13 with 2 threads and `OMP_WAIT_POLICY=passive`.",
  ],
  rows,
});

function run(command: string, args: readonly string[]): Outcome {
  const env = peerEnvironment();
  const { stdout, status } = spawnSync(command, args, {
    encoding: "utf8",
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`${command} ended with exit code ${status}.`);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Outcome;
}

/** The classes with the most pictures, drawn with a fixed seed. */
async function writeTable(): Promise<string> {
  const { train } = await openPictures(sharedFolder("data/images/caltech101-112"), {
    validation: 0,
  });
  const counts = new Map<number, number>();
  for (const { label } of train) counts.set(label, (counts.get(label) ?? 0) + 1);
  const largest = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, CLASSES);
  const order = largest.map(([label]) => label);
  const kept = train.filter(({ label }) => order.includes(label));
  const { train: learn, test: rest } = fewPerClass(kept, { perClass: PER_CLASS, seed: 1 });
  const { train: test } = fewPerClass(rest, { perClass: TEST_PER_CLASS, seed: 1 });
  const lines = (part: string, samples: typeof learn) =>
    samples.map(({ path, label }) => `${path},${order.indexOf(label)},${part}`);
  const path = join(await mkdtemp(join(tmpdir(), "probing-")), "pictures.csv");
  await writeFile(path, [...lines("train", learn), ...lines("test", test)].join("\n"));
  return path;
}
