import "@tensorflow/tfjs-backend-cpu";
import {
  createBert,
  createEagerEngine,
  type Engine,
  initWeights,
  modelFromConfig,
  sgd,
  withBertHead,
} from "@graft-ml/core";
import {
  createWordPiece,
  embedTexts,
  fewShotTexts,
  pairProgram,
  pairSampler,
  pairSource,
  readWordPiece,
  textSource,
} from "@graft-ml/nlp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createNativeEngine } from "../node/engines.js";

let engines: Engine[];
beforeAll(async () => {
  engines = [await createEagerEngine({ backend: "cpu" }), await createNativeEngine({ threads: 2 })];
});
afterAll(async () => {
  for (const engine of engines) await engine.close();
});

const vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "tree", "##s", "graft"];
const tokenizer = createWordPiece(readWordPiece({ vocabulary: vocabulary.join("\n") }));
const samples = [
  { text: "a tree", label: 0 },
  { text: "graft", label: 1 },
  { text: "trees a tree a tree a tree a tree", label: 0 },
  { text: "a graft graft", label: 1 },
  { text: "trees", label: 0 },
  { text: "graft a graft graft graft a graft", label: 1 },
];
const labels = samples.map(({ label }) => label);
const model = modelFromConfig(
  withBertHead(
    {
      ...createBert("bert_tiny").config,
      vocab_size: vocabulary.length,
      hidden_size: 8,
      intermediate_size: 16,
      hidden_dropout_prob: 0,
      attention_probs_dropout_prob: 0,
      initializer_range: 0.2,
    },
    { head: "masked" },
  ),
);
const weights = initWeights(model, { seed: 2 });

/** The largest difference, in parts of 1 or of the value. */
function furthest(eager: ArrayLike<number>, compiled: ArrayLike<number>): number {
  expect(eager.length).toBe(compiled.length);
  return Array.from(eager, (value, at) => {
    return Math.abs(value - compiled[at]!) / (1 + Math.abs(value));
  }).reduce((a, b) => Math.max(a, b));
}

test.each(["mean", "cls"] as const)(
  "pairs by their %s, of several lengths: compiled training is eager training",
  async (pooling) => {
    const texts = textSource({ tokenizer, samples, buckets: [4, 8, 16] });
    const source = pairSource(texts, pairSampler({ labels, seed: 1, perText: 8 }));
    const program = pairProgram({ model, pooling });
    const learned: number[][] = [];
    const lengths = new Set<number>();
    for (const engine of engines) {
      const session = await engine.open({ weights, optimizer: sgd({ learningRate: 0.1 }) });
      const seen: number[] = [];
      for (let at = 0; at < source.size; at += 2) {
        const weight = { dtype: "float32", shape: [2], data: Float32Array.of(1, 0.5) } as const;
        const pair = await source.load([at, at + 1], { epoch: 1 });
        lengths.add(pair.input_ids!.shape.at(-1)!);
        seen.push((await session.step(program, { ...pair, weight })).loss);
      }
      const { targets: _, ...pairs } = await source.load([0, 1, 2], { epoch: 2 });
      const { outputs } = await session.run(program, pairs);
      seen.push(...(outputs.similarities!.data as Float32Array));
      const { weights: after } = await session.snapshot();
      for (const { data } of Object.values(after)) seen.push(...data);
      learned.push(seen);
      await session.close();
    }
    const [eager, compiled] = learned;
    expect(eager!.every(Number.isFinite)).toBe(true);
    expect(lengths.size).toBeGreaterThan(1);
    expect(furthest(eager!, compiled!)).toBeLessThan(1e-4);
  },
);

test("vectors, and the classifier of a few texts, are the same from both engines", async () => {
  const texts = samples.map(({ text }) => text);
  const found: Float32Array[][] = [];
  for (const engine of engines) {
    const { data } = await embedTexts({ engine, model, weights, tokenizer, texts, batchSize: 2 });
    const contrast = { pairsPerText: 8, batchSize: 4, rate: 1e-2 };
    const tuning = fewShotTexts({ engine, model, weights, tokenizer, train: samples, contrast });
    for await (const _ of tuning);
    const { model: learned, weights: after } = tuning.result();
    found.push([data, after[`${learned.classifier}.weight`]!.data]);
  }
  const [eager, compiled] = found;
  expect(furthest(eager![0]!, compiled![0]!)).toBeLessThan(1e-5);
  expect(furthest(eager![1]!, compiled![1]!)).toBeLessThan(1e-3);
});
