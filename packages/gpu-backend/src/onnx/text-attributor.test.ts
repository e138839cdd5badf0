import "@tensorflow/tfjs-backend-cpu";
import {
  createBert,
  createEagerEngine,
  initWeights,
  modelFromConfig,
  withBertHead,
} from "@graft-ml/core";
import { createWordPiece, openTextAttributor, readWordPiece } from "@graft-ml/nlp";
import { expect, test } from "vitest";
import { createNativeEngine } from "../node/engines.js";

const vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "tree", "##s", "graft"];
const tokenizer = createWordPiece(readWordPiece({ vocabulary: vocabulary.join("\n") }));
const sizes = {
  ...createBert("bert_tiny").config,
  vocab_size: vocabulary.length,
  hidden_size: 8,
  intermediate_size: 16,
  initializer_range: 0.3,
};
const model = modelFromConfig(withBertHead(sizes, { head: "sequence", numClasses: 3 }));
const weights = initWeights(model, { seed: 2 });

test("which words mattered, compiled: as eagerly", async () => {
  const engines = [
    await createEagerEngine({ backend: "cpu" }),
    await createNativeEngine({ threads: 2 }),
  ];
  const found = [];
  for (const engine of engines) {
    const attributor = await openTextAttributor({
      ...{ engine, model, weights, tokenizer, classes: ["x", "y", "z"], steps: 8, tolerance: 1 },
    });
    const { words, ...others } = await attributor.attribute("a graft, trees");
    const rollout = await attributor.rollout({ text: "a tree", pair: "graft" });
    found.push([
      ...words.map(({ score }) => score),
      ...[others.score, others.baselineScore],
      ...[...rollout.words, ...rollout.pairWords].map(({ score }) => score),
    ]);
    await attributor.close();
    await engine.close();
  }
  const [eager, compiled] = found;
  expect(Math.max(...eager!.map(Math.abs))).toBeGreaterThan(0.01);
  expect(compiled).toHaveLength(eager!.length);
  for (const [at, value] of eager!.entries()) expect(compiled![at]).toBeCloseTo(value, 5);
});
