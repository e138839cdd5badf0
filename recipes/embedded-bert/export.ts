// Makes a model folder of what train.ts made: the weights with matrices at half precision, config.json and the
// tokenizer; and measures the stored file on the texts that were held out.
//   pnpm --filter @graft-ml/recipes exec tsx embedded-bert/export.ts --run DIR --to DIR
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  loadWeights,
  memorySource,
  safetensorsStore,
  taskProgram,
  writeSafetensors,
} from "@graft-ml/core";
import { latestCheckpoint, writeFileAtomic } from "@graft-ml/core/node";
import { acquire } from "@graft-ml/gpu-backend";
import { maskedLanguageTask, maskedSource } from "@graft-ml/nlp";
import { openTokenizer } from "@graft-ml/nlp/node";
import { halved } from "../embedded-backbone/half.js";
import { keptBlocks } from "./blocks.js";
import { measure } from "./measure.js";
import { pretrainingModel } from "./network.js";

const { values: options } = parseArgs({
  options: {
    run: { type: "string" },
    to: { type: "string" },
    length: { type: "string", default: "64" },
    seed: { type: "string", default: "1" },
  },
});
const { run, to } = options;
if (!run || !to) throw new Error("Give --run and --to.");
const found = await latestCheckpoint(join(run, "checkpoints"));
if (!found) throw new Error(`${run} has no checkpoint: train first.`);
const heldOut = await keptBlocks("held-out", { out: run, length: Number(options.length) });
if (!heldOut) throw new Error(`${run} has no texts that were held out: train first.`);

const config = JSON.parse(await readFile(join(run, "config.json"), "utf8"));
const model = pretrainingModel(config);
const { weights } = found.checkpoint.snapshot;
const stored = Object.entries(weights).map(([name, tensor]) => [name, halved(tensor)]);
const bytes = writeSafetensors(Object.fromEntries(stored), { format: "pt" });

await mkdir(to, { recursive: true });
await writeFileAtomic(join(to, "model.safetensors"), bytes);
await writeFile(join(to, "config.json"), `${JSON.stringify(config, null, 2)}\n`);
for (const name of ["tokenizer.json", "tokenizer_config.json", "vocab.txt"]) {
  await copyFile(join(run, "tokenizer", name), join(to, name));
}

const tokenizer = await openTokenizer(to);
const source = maskedSource({ blocks: heldOut, tokenizer, seed: Number(options.seed) });
const engine = await acquire({ device: "native", onNotice: console.error });
const session = await engine.open({
  weights: await loadWeights(
    model.specs,
    safetensorsStore(memorySource(bytes, "model.safetensors")),
  ),
});
const program = taskProgram({ task: maskedLanguageTask(), model });
const metrics = await measure(source, { session, program });
await session.close();
await engine.close();
const { step, epoch } = found.checkpoint;
console.log(JSON.stringify({ ...metrics, step, epoch, bytes: bytes.length }));
