// torchvision's networks with random weights saved by PyTorch (.pth and safetensors), loaded here: every stage against
// PyTorch's, and the time to load the weights beside the time to read the file.
//   pnpm --filter @graft-ml/benchmarks exec tsx architectures.ts [--device native|cpu] [--side 224] [NAME ...]
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  createModel,
  createPass,
  type Engine,
  type FloatWeights,
  type HostTensor,
  loadWeights,
  type Model,
  type Program,
  readSafetensors,
  type Weights,
} from "@graft-ml/core";
import { openWeights } from "@graft-ml/core/node";
import { acquire } from "@graft-ml/gpu-backend";
import type * as tf from "@tensorflow/tfjs-core";
import { markdownTable, type Row, writeResult } from "./lib/report.js";
import { loadNote } from "./lib/time-models.js";

const all = [
  ...["vgg16", "vgg16_bn", "vgg19"],
  ...["resnet18", "resnet34", "resnet50", "resnet101", "resnet152"],
  ...["wide_resnet50_2", "resnext50_32x4d"],
];
const PROMISE = 1e-4;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    device: { type: "string", default: "native" },
    side: { type: "string", default: "224" },
  },
});

const stagesProgram = (model: Model): Program => ({
  key: "benchmark/stages",
  config: model.config,
  run({ params, batch, random }) {
    const pass = createPass({ training: false, random, buffers: {} });
    const outputs: Record<string, tf.Tensor> = {};
    let y = batch.x!;
    for (const stage of model.stages) {
      y = stage.apply(params, y, pass);
      outputs[stage.name] = y;
    }
    return { outputs };
  },
});

/** Largest difference over the larger of the value and the array's mean square root. */
function worst(actual: HostTensor, expected: HostTensor): number {
  const [a, b] = [actual.data as Float32Array, expected.data as Float32Array];
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  const typical = Math.sqrt(b.reduce((sum, value) => sum + value ** 2, 0) / b.length);
  return b.reduce((most, value, index) => {
    const error = Math.abs(a[index]! - value) / Math.max(Math.abs(value), typical);
    return Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(most, error);
  }, 0);
}

const sameBytes = (a: FloatWeights, b: FloatWeights): boolean =>
  Object.entries(a).every(([name, { data }]) =>
    Buffer.from(data.buffer, data.byteOffset, data.byteLength).equals(
      new Uint8Array(b[name]!.data.buffer, b[name]!.data.byteOffset, b[name]!.data.byteLength),
    ),
  );

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const start = performance.now();
  const value = await work();
  return { value, ms: performance.now() - start };
}

async function compare(engine: Engine, name: string, folder: string): Promise<Row> {
  const script = fileURLToPath(new URL("../scripts/golden/architectures.py", import.meta.url));
  execFileSync("/usr/bin/python3", [script, "save", folder, name, options.side, "0"]);
  const model = createModel(name);
  const file = join(folder, "model", "model.safetensors");
  await readFile(file);
  const raw = await timed(() => readFile(file));
  const load = (path: string) =>
    timed(async () => loadWeights(model.specs, await openWeights(join(folder, path))));
  const tensors = await load("model");
  const checkpoint = await load("torch");
  const reference: Weights = readSafetensors(
    await readFile(join(folder, "stages.safetensors")),
  ).weights;
  const session = await engine.open({
    weights: checkpoint.value,
    groups: () => ({ rate: 0, decay: 0, frozen: true }),
  });
  const x = reference.x as HostTensor<"float32">;
  const { outputs } = await session.run(stagesProgram(model), { x });
  await session.close();
  const errors = model.stages.map((stage) => ({
    stage: stage.name,
    error: worst(outputs[stage.name]!, reference[stage.name]!),
  }));
  const top = errors.reduce((a, b) => (a.error >= b.error ? a : b));
  return {
    network: name,
    stages: errors.length,
    "worst stage": top.stage,
    "its error": top.error.toExponential(1),
    "logits' error": errors.at(-1)!.error.toExponential(1),
    "two formats": sameBytes(tensors.value, checkpoint.value) ? "same bytes" : "DIFFER",
    "read, ms": raw.ms.toFixed(0),
    "safetensors, ms": tensors.ms.toFixed(0),
    ".pth, ms": checkpoint.ms.toFixed(0),
  };
}

const engine = await acquire({ device: options.device, threads: 2 });
const rows: Row[] = [];
for (const name of positionals.length > 0 ? positionals : all) {
  const folder = await mkdtemp(join(tmpdir(), "graft-architectures-"));
  try {
    rows.push(await compare(engine, name, folder));
    console.log(JSON.stringify(rows.at(-1)));
  } finally {
    await rm(folder, { recursive: true });
  }
}
await engine.close();
console.log(markdownTable(rows));
const bad = rows.filter(
  (row) => !(Number(row["its error"]) < PROMISE) || row["two formats"] !== "same bytes",
);
if (bad.length > 0) {
  console.error(`${bad.map((row) => row.network).join(", ")}: not within ${PROMISE}.`);
  process.exitCode = 1;
}
if (positionals.length === 0 && options.side === "224" && options.device === "native") {
  await writeResult("architectures", {
    command: "pnpm --filter @graft-ml/benchmarks exec tsx architectures.ts",
    notes: [
      "Weights by torchvision with a fixed seed, norms' numbers drawn at random, saved by torch.save and as safetensors; one picture of 224 x 224.",
      "Errors are differences over the larger of the value and its stage's mean square root, all values of all stages compared; at most 1e-4 is promised.",
      "`read` is reading model.safetensors as bytes, the next two are loading all weights as float32, each once, with the file in the system's cache.",
      loadNote(),
    ],
    rows,
  });
}
