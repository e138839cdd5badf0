import {
  adamw,
  createBatches,
  type Engine,
  type FloatWeights,
  modelFromConfig,
  oneCycleSchedule,
  taskProgram,
  train,
} from "@graft-ml/core";
import { maskedLanguageTask, maskedSource, packTexts } from "@graft-ml/nlp";
import type { Encoder } from "./text-methods.js";

export type HiddenWordsOptions = {
  readonly engine: Engine;
  readonly steps: number;
  readonly rate: number;
};

/** Tokens of a row, and rows of a batch. */
const [LENGTH, BATCH] = [64, 32];

/** The weights of an encoder that guesses hidden words, after it has guessed hidden words of some texts (arXiv 2004.10964). */
export async function afterHiddenWords(
  encoder: Encoder,
  texts: readonly string[],
  { engine, steps, rate }: HiddenWordsOptions,
): Promise<FloatWeights> {
  const { tokenizer, config } = encoder;
  const model = modelFromConfig(config);
  const blocks = await packTexts({ texts, tokenizer, length: LENGTH });
  const learningRate = oneCycleSchedule({ peak: rate, steps, warmup: 0.1 });
  const session = await engine.open({
    weights: await encoder.weightsFor(model),
    optimizer: adamw({ learningRate, weightDecay: 0.01 }),
    seed: 1,
  });
  const source = maskedSource({ blocks, tokenizer, seed: 1 });
  const { from } = createBatches(source, { batchSize: BATCH, seed: 1, last: "drop" });
  try {
    const program = taskProgram({ task: maskedLanguageTask(), model });
    const batches = { from, stepsPerEpoch: steps };
    for await (const _ of train({ session, program, batches, epochs: 1, clipNorm: 1 }));
    return (await session.snapshot()).weights;
  } finally {
    await session.close();
  }
}
