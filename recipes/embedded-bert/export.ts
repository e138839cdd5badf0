// Puts what train.ts and sentences.ts made into the zoo: the weights with matrices at half precision, the tokenizer, the manifest; and
// measures the stored file on the texts that were held out.
//   pnpm --filter @graft-ml/recipes exec tsx embedded-bert/export.ts --run DIR
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  loadWeights,
  memorySource,
  safetensorsStore,
  taskProgram,
  writeSafetensors,
} from "@graft-ml/core";
import { openWeights } from "@graft-ml/core/node";
import { acquire } from "@graft-ml/gpu-backend";
import { maskedLanguageTask, maskedSource } from "@graft-ml/nlp";
import { openTokenizer } from "@graft-ml/nlp/node";
import { embed } from "../embed.js";
import { halved } from "../embedded-backbone/half.js";
import { keptBlocks } from "./blocks.js";
import { measure } from "./measure.js";
import { pretrainingModel } from "./network.js";

const { values: options } = parseArgs({
  options: {
    run: { type: "string" },
    length: { type: "string", default: "64" },
    seed: { type: "string", default: "1" },
  },
});
const { run } = options;
if (!run) throw new Error("Give --run.");
const heldOut = await keptBlocks("held-out", { out: run, length: Number(options.length) });
if (!heldOut) throw new Error(`${run} has no texts that were held out: train first.`);

const config = JSON.parse(await readFile(join(run, "config.json"), "utf8"));
const model = pretrainingModel(config);
const learned = await openWeights(join(run, "sentences.safetensors"));
const weights = await loadWeights(model.specs, learned);
const stored = Object.entries(weights).map(([name, tensor]) => [name, halved(tensor)]);
const bytes = writeSafetensors(Object.fromEntries(stored), { format: "pt" });

const tokenizer = await openTokenizer(join(run, "tokenizer"));
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
console.log(JSON.stringify({ ...metrics, bytes: bytes.length }));
const { num_hidden_layers: layers, hidden_size: width, vocab_size: words } = config;
const files = ["tokenizer.json", "tokenizer_config.json"];
const read = files.map(
  async (name) => [name, await readFile(join(run, "tokenizer", name))] as const,
);
await embed(
  {
    name: `bert-${layers}x${width}`,
    reads: "texts",
    summary: `BERT of ${layers} layers of ${width}, ${words} pieces of English words, trained on open textbooks, answers to medical questions and opinions`,
    config,
    licence: "Apache-2.0",
    attribution:
      "Trained on 22 textbooks of OpenStax (Rice University, CC BY 4.0), MedQuAD (Ben Abacha and Demner-Fushman 2019, CC BY 4.0), and the Pros and Cons sentences and the opinion lexicon of Liu et al. (CC BY 4.0 as NLTK's data state it)",
    accuracy: [
      {
        data: `own texts, hidden words of ${heldOut.size} rows held out`,
        top1: Number((100 * Number(metrics.accuracy)).toFixed(2)),
      },
    ],
  },
  { weights: bytes, tokenizer: Object.fromEntries(await Promise.all(read)) },
);
