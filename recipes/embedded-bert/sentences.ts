// Teaches the BERT of train.ts which texts take one side: pairs of opinions, praise with praise and blame with blame,
// and on every other step hidden words as before, so that it forgets none. Writes `sentences.safetensors` beside the
// checkpoints, which export.ts takes.
//   pnpm --filter @graft-ml/recipes exec tsx embedded-bert/sentences.ts --data DIR --run DIR
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  adamw,
  type Batch,
  type Batches,
  createBatches,
  oneCycleSchedule,
  taskProgram,
  writeSafetensors,
} from "@graft-ml/core";
import { latestCheckpoint, writeFileAtomic } from "@graft-ml/core/node";
import { acquire } from "@graft-ml/gpu-backend";
import {
  maskedLanguageTask,
  maskedSource,
  pairProgram,
  pairSampler,
  pairSource,
  textSource,
} from "@graft-ml/nlp";
import { openTokenizer } from "@graft-ml/nlp/node";
import { textBlocks } from "./blocks.js";
import { measure } from "./measure.js";
import { pretrainingModel } from "./network.js";
import { sidedOpinions } from "./opinions.js";

const { values: options } = parseArgs({
  options: {
    data: { type: "string" },
    /** What train.ts wrote. */
    run: { type: "string" },
    steps: { type: "string", default: "2000" },
    batch: { type: "string", default: "64" },
    rate: { type: "string", default: "2e-4" },
    length: { type: "string", default: "64" },
    seed: { type: "string", default: "1" },
  },
});
const { data, run } = options;
if (!data || !run) throw new Error("Give --data and --run.");
const [steps, batchSize, seed] = [options.steps, options.batch, options.seed].map(Number) as [
  number,
  number,
  number,
];
const tokenizer = await openTokenizer(join(run, "tokenizer"));
const model = pretrainingModel(JSON.parse(await readFile(join(run, "config.json"), "utf8")));
const found = await latestCheckpoint(join(run, "checkpoints"));
if (!found) throw new Error(`${run} has no checkpoint: train first.`);

const samples = await sidedOpinions(join(data, "pros-cons"));
const perText = Math.ceil((steps * batchSize) / samples.length) + 1;
const sampler = pairSampler({ labels: samples.map(({ label }) => label), seed, perText });
const pairs = pairSource(textSource({ tokenizer, samples, maxLength: 32 }), sampler);
const texts = { tokenizer, data, out: run, length: Number(options.length) };
const blocks = await textBlocks("training", texts);
const heldOut = await textBlocks("held-out", texts);
const words = maskedSource({ blocks, tokenizer, seed: seed + 6 });

// Two updates a step.
const learningRate = oneCycleSchedule({
  peak: Number(options.rate),
  steps: 2 * steps,
  warmup: 0.1,
});
const engine = await acquire({ device: "native", onNotice: console.error });
const session = await engine.open({
  weights: found.checkpoint.snapshot.weights,
  optimizer: adamw({ learningRate, beta2: 0.98, epsilon: 1e-6, weightDecay: 0.01 }),
  seed,
});
const [likeness, guesses] = [
  pairProgram({ model }),
  taskProgram({ task: maskedLanguageTask(), model }),
];
const pairBatches = endless(createBatches(pairs, { batchSize, seed, shuffle: false, prefetch: 2 }));
const wordBatches = endless(
  createBatches(words, { batchSize: 32, seed: seed + 6, last: "drop", prefetch: 2 }),
);
const losses = { pairs: 0, words: 0 };
for (let step = 1; step <= steps; step++) {
  losses.pairs += (await session.step(likeness, await pairBatches(), { clipNorm: 1 })).loss;
  losses.words += (await session.step(guesses, await wordBatches(), { clipNorm: 1 })).loss;
  if (step % 100 === 0) {
    console.log(JSON.stringify({ step, pairs: losses.pairs / 100, words: losses.words / 100 }));
    Object.assign(losses, { pairs: 0, words: 0 });
  }
}
const source = maskedSource({ blocks: heldOut, tokenizer, seed });
console.log(JSON.stringify(await measure(source, { session, program: guesses })));
const { weights } = await session.snapshot();
await writeFileAtomic(
  join(run, "sentences.safetensors"),
  writeSafetensors(weights, { format: "pt" }),
);
await session.close();
await engine.close();

/** The next batch, and the next. */
function endless(batches: Batches): () => Promise<Batch> {
  const iterator = batches.from(0)[Symbol.asyncIterator]();
  return async () => {
    const { value, done } = await iterator.next();
    if (done) throw new Error("Batches ended.");
    return value.batch;
  };
}
