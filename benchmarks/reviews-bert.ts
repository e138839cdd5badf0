// A small BERT that has guessed hidden words of product reviews and film sentences, whose labels are left aside: the
// backbone of few-shot-texts.ts. Stopped and started again, it goes on from its last checkpoint.
//   pnpm --filter @graft-ml/benchmarks exec tsx reviews-bert.ts --out DIR [--steps N] [--layers N] [--width N]
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  adamw,
  bertFromConfig,
  createBatches,
  initWeights,
  oneCycleSchedule,
  taskProgram,
  train,
  writeSafetensors,
} from "@graft-ml/core";
import { latestCheckpoint, saveCheckpoint } from "@graft-ml/core/node";
import { acquire } from "@graft-ml/gpu-backend";
import { maskedLanguageTask, maskedSource, packTexts, trainWordPiece } from "@graft-ml/nlp";
import { openTokenizer, saveTokenizer } from "@graft-ml/nlp/node";
import { unlabelledTexts } from "./lib/text-sets.js";

const { values: options } = parseArgs({
  options: {
    out: { type: "string" },
    steps: { type: "string", default: "8000" },
    layers: { type: "string", default: "2" },
    width: { type: "string", default: "128" },
  },
});
const { out } = options;
if (!out) throw new Error("Give --out, the folder of the network.");
const [steps, layers] = [Number(options.steps), Number(options.layers)];
const width = Number(options.width);
const [LENGTH, BATCH, SEED] = [64, 32, 1];

const texts = await unlabelledTexts();
if (!existsSync(join(out, "tokenizer.json"))) {
  const size = { vocabularySize: 8192, alphabet: 200, maxLength: 128 };
  await saveTokenizer(out, await trainWordPiece({ texts, ...size }));
}
const tokenizer = await openTokenizer(out);
const blocks = await packTexts({ tokenizer, texts, length: LENGTH });
console.error(`${texts.length} texts, ${blocks.size} rows of ${LENGTH} tokens`);

const config = {
  model_type: "bert",
  architectures: ["BertForMaskedLM"],
  vocab_size: tokenizer.vocabularySize,
  hidden_size: width,
  num_hidden_layers: layers,
  num_attention_heads: width / 64,
  intermediate_size: 4 * width,
  hidden_act: "gelu_new",
  max_position_embeddings: 128,
  type_vocab_size: 2,
  initializer_range: 0.02,
  layer_norm_eps: 1e-12,
  pad_token_id: 0,
  hidden_dropout_prob: 0.1,
  attention_probs_dropout_prob: 0.1,
};
// Hardly a text is seen often enough for dropout to help.
const still = { hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 };
const model = bertFromConfig({ ...config, ...still });
const rate = oneCycleSchedule({ peak: 1e-3, steps, warmup: 0.1 });
const engine = await acquire({ device: "native" });
const session = await engine.open({
  weights: initWeights(model, { seed: SEED }),
  optimizer: adamw({ learningRate: rate, beta2: 0.98, epsilon: 1e-6, weightDecay: 0.01 }),
  seed: SEED,
});
const checkpoints = join(out, "checkpoints");
const found = await latestCheckpoint(checkpoints);
const source = maskedSource({ blocks, tokenizer, seed: SEED });
const { from } = createBatches(source, { batchSize: BATCH, seed: SEED, last: "drop", prefetch: 2 });
for await (const event of train({
  session,
  program: taskProgram({ task: maskedLanguageTask(), model }),
  batches: { from, stepsPerEpoch: steps },
  epochs: 1,
  rate,
  clipNorm: 1,
  ...(found ? { resume: found.checkpoint } : {}),
  checkpoint: {
    everySeconds: 240,
    save: async (checkpoint) => {
      await saveCheckpoint(checkpoints, checkpoint);
    },
  },
})) {
  if (event.type === "step-end" && event.step % 100 === 0) console.log(JSON.stringify(event));
}
const { weights } = await session.snapshot();
await writeFile(join(out, "model.safetensors"), writeSafetensors(weights, { format: "pt" }));
await writeFile(join(out, "config.json"), `${JSON.stringify(config, null, 2)}\n`);
await session.close();
await engine.close();
