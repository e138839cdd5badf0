// Trains the BERT that the zoo embeds: its vocabulary first, then the network, which guesses hidden words of openly
// licensed textbooks and answers to medical questions. Stopped and started again, it goes on from its last checkpoint.
//   pnpm --filter @graft-ml/recipes exec tsx embedded-bert/train.ts --data DIR --out DIR
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  adamw,
  createBatches,
  initWeights,
  oneCycleSchedule,
  taskProgram,
  train,
} from "@graft-ml/core";
import { latestCheckpoint, saveCheckpoint } from "@graft-ml/core/node";
import { acquire } from "@graft-ml/gpu-backend";
import { maskedLanguageTask, maskedSource } from "@graft-ml/nlp";
import { textBlocks } from "./blocks.js";
import { measure } from "./measure.js";
import { bertConfig, pretrainingModel } from "./network.js";
import { ownTokenizer } from "./vocabulary.js";

const { values: options } = parseArgs({
  options: {
    data: { type: "string" },
    out: { type: "string" },
    layers: { type: "string", default: "4" },
    width: { type: "string", default: "256" },
    length: { type: "string", default: "64" },
    batch: { type: "string", default: "32" },
    steps: { type: "string", default: "20000" },
    rate: { type: "string", default: "1e-3" },
    seed: { type: "string", default: "1" },
  },
});
const { data, out } = options;
if (!data || !out) throw new Error("Give --data and --out.");
const [layers, width, length, batchSize, steps, seed] = [
  Number(options.layers),
  Number(options.width),
  Number(options.length),
  Number(options.batch),
  Number(options.steps),
  Number(options.seed),
];
await mkdir(out, { recursive: true });

const tokenizer = await ownTokenizer(join(out, "tokenizer"), data);
const texts = { tokenizer, data, out, length };
const blocks = await textBlocks("training", texts);
const heldOut = await textBlocks("held-out", texts);
const source = maskedSource({ blocks, tokenizer, seed });
const evaluation = maskedSource({ blocks: heldOut, tokenizer, seed });
console.error(`${blocks.size} rows of ${length} tokens, ${heldOut.size} held out`);

const config = bertConfig({ layers, width }, tokenizer.vocabularySize);
await writeFile(join(out, "config.json"), `${JSON.stringify(config, null, 2)}\n`);
const model = pretrainingModel(config);
const program = taskProgram({ task: maskedLanguageTask(), model });
const learningRate = oneCycleSchedule({ peak: Number(options.rate), steps, warmup: 0.1 });
const engine = await acquire({ device: "native", onNotice: console.error });
const session = await engine.open({
  weights: initWeights(model, { seed }),
  optimizer: adamw({ learningRate, beta2: 0.98, epsilon: 1e-6, weightDecay: 0.01 }),
  seed,
});
const checkpoints = join(out, "checkpoints");
const found = await latestCheckpoint(checkpoints);
const started = performance.now() - Number(found?.extra ?? 0) * 1000;
const seconds = () => (performance.now() - started) / 1000;
// An "epoch" of the trainer is one report; the source's own epochs go by the rows.
const { from } = createBatches(source, { batchSize, seed, last: "drop", prefetch: 2 });
const reports = Math.max(1, Math.round(steps / 2000));
for await (const event of train({
  session,
  program,
  batches: { from, stepsPerEpoch: Math.floor(steps / reports) },
  epochs: reports,
  rate: learningRate,
  clipNorm: 1,
  ...(found ? { resume: found.checkpoint } : {}),
  evaluate: () => measure(evaluation, { session, program }),
  checkpoint: {
    everySeconds: 240,
    save: async (checkpoint) => {
      await saveCheckpoint(checkpoints, checkpoint, { extra: seconds() });
    },
  },
})) {
  const isTold = event.type === "step-end" ? event.step % 20 === 0 : true;
  if (isTold) console.log(JSON.stringify({ ...event, total: Math.round(seconds()) }));
}
const tokens = steps * batchSize * length;
const result = {
  options,
  ...(await measure(evaluation, { session, program })),
  tokens,
  rows: blocks.size,
};
await writeFile(
  join(out, "result.json"),
  JSON.stringify({ ...result, heldOutRows: heldOut.size, seconds: seconds() }, null, 2),
);
await session.close();
await engine.close();
