// Loading ResNet-50 and BERT-base from PyTorch and safetensors files, against reading the file.
//   pnpm --filter @graft-ml/benchmarks exec tsx load.ts
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  createBert,
  createModel,
  encodeSafetensors,
  loadWeights,
  type WeightSpecs,
} from "@graft-ml/core";
import { openWeights, writeFileAtomic } from "@graft-ml/core/node";
import { median } from "./lib/alternate.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";

type Cost = { wall: number; cpu: number };
type Measured = { first: Cost; loads: Cost[]; reads: Cost[]; added: number };

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const models: Readonly<Record<string, WeightSpecs>> = {
  resnet50: createModel("resnet50").specs,
  bert_base: createBert("bert_base").specs,
};
const load = loadavg()
  .map((value) => value.toFixed(0))
  .join(", ");
const folder = await mkdtemp(join(tmpdir(), "graft-load-"));
const rows: Row[] = [];
try {
  for (const [name, specs] of Object.entries(models)) {
    for (const file of await writeFiles(name, specs)) rows.push(await measure(name, file));
  }
} finally {
  await rm(folder, { recursive: true });
}
console.log(markdownTable(rows));
await writeResult("load", {
  command: "pnpm --filter @graft-ml/benchmarks exec tsx load.ts",
  notes: [
    "A load is `openWeights` and `loadWeights`: every array checked against the model, as float32 in memory. A read is `readFile` of the same file. Seven of each in alternation, in a process of their own; the file is in the system's cache.",
    `Measured at a load of ${load} (over 1, 5 and 15 minutes).`,
    "The peak is what the first load adds to the process's resident memory, over the bytes of the weights. Its time includes the compilation of the readers.",
  ],
  rows,
});

async function writeFiles(name: string, specs: WeightSpecs): Promise<readonly string[]> {
  const shapes = Object.entries(specs).map(([key, { shape }]) => [key, shape] as const);
  const list = join(folder, `${name}.json`);
  await writeFile(list, JSON.stringify(Object.fromEntries(shapes)));
  const pickled = join(folder, `${name}.pth`);
  spawnSync("/usr/bin/python3", [here("peers/load.py"), list, pickled], { stdio: "inherit" });
  const written = join(folder, `${name}.safetensors`);
  const weights = await loadWeights(specs, await openWeights(pickled));
  await writeFileAtomic(written, encodeSafetensors(weights, { format: "pt" }));
  return [pickled, written];
}

function wall(costs: readonly Cost[]): number {
  return median(costs.map((cost) => cost.wall));
}

function cpu(costs: readonly Cost[]): number {
  return median(costs.map((cost) => cost.cpu));
}

async function measure(name: string, file: string): Promise<Row> {
  const args = ["--import", "tsx", here("peers/load.ts"), name, file];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  const { first, loads, reads, added }: Measured = JSON.parse(stdout);
  const { size } = await stat(file);
  return {
    model: name,
    file: file.slice(file.lastIndexOf(".")),
    MB: Math.round(size / 1e6),
    "read, ms": wall(reads).toFixed(0),
    "load, ms": wall(loads).toFixed(0),
    "load / read": (wall(loads) / wall(reads)).toFixed(2),
    "processor, load / read": (cpu(loads) / cpu(reads)).toFixed(2),
    "first load, ms": first.wall.toFixed(0),
    "peak / weights": (added / size).toFixed(2),
  };
}
