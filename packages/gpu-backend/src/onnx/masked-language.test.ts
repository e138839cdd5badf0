import "@tensorflow/tfjs-backend-cpu";
import {
  createBert,
  createEagerEngine,
  type Engine,
  initWeights,
  sgd,
  taskProgram,
} from "@graft-ml/core";
import {
  createWordPiece,
  maskedLanguageTask,
  maskedSource,
  packTexts,
  trainWordPiece,
} from "@graft-ml/nlp";
import { expect, test } from "vitest";
import { createNativeEngine } from "../node/engines.js";

const texts = [
  "Grafting joins a scion to a rootstock.",
  "A scion grows where the stock has roots.",
];

test("hidden words, compiled: two steps with dropout are the eager ones", async () => {
  const tokenizer = createWordPiece(
    await trainWordPiece({ texts, vocabularySize: 60, minFrequency: 1 }),
  );
  const blocks = await packTexts({ tokenizer, texts, length: 16 });
  const source = maskedSource({ blocks, tokenizer, share: 0.3 });
  const model = createBert("bert_tiny", { vocabSize: tokenizer.vocabularySize, head: "masked" });
  const program = taskProgram({ task: maskedLanguageTask(), model });
  const stepsOf = async (engine: Engine) => {
    const optimizer = sgd({ learningRate: 0.1 });
    const session = await engine.open({ weights: initWeights(model, { seed: 3 }), optimizer });
    const results = [];
    for (const epoch of [1, 2]) {
      results.push(await session.step(program, [await source.load([0, 1], { epoch })]));
    }
    await session.close();
    await engine.close();
    return results;
  };
  const expected = await stepsOf(await createEagerEngine({ backend: "cpu" }));
  const actual = await stepsOf(await createNativeEngine({ threads: 2 }));
  actual.forEach(({ loss, gradNorm, metrics }, step) => {
    expect(loss).toBeCloseTo(expected[step]!.loss, 4);
    expect(gradNorm / expected[step]!.gradNorm).toBeCloseTo(1, 4);
    expect(metrics.accuracy).toBeCloseTo(expected[step]!.metrics.accuracy!, 6);
  });
});
