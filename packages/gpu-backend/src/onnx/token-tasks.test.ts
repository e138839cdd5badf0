import "@tensorflow/tfjs-backend-cpu";
import {
  type BertHead,
  createBert,
  createEagerEngine,
  type Engine,
  initWeights,
  modelFromConfig,
  sgd,
  type Task,
  taskProgram,
  withBertHead,
} from "@graft-ml/core";
import {
  createWordPiece,
  questionSource,
  questionTask,
  readWordPiece,
  type TokenSource,
  textSource,
  textTask,
  tokenTask,
  wordSource,
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
const tags = ["O", "B-Plant", "I-Plant"];

const sentences = ["a tree", "trees a graft a tree", "a trees"].map((line) => {
  const tokens = line.split(" ");
  return {
    tokens,
    labels: tokens.map((word) => ["a", "trees", "tree", "graft"].indexOf(word) % 3),
  };
});
const questions = ["a graft trees a tree", "tree a", "graft graft"].map((context) => ({
  question: "a tree",
  context,
  answers: context.includes("tree") ? [{ text: "tree", start: context.indexOf("tree") }] : [],
}));

const cases: readonly (readonly [string, BertHead, Task, TokenSource])[] = [
  [
    "tags",
    "token",
    tokenTask({ tags, loss: { labelSmoothing: 0.1, classWeight: [0.5, 2, 1] } }),
    wordSource({ tokenizer, sentences }),
  ],
  [
    "texts",
    "sequence",
    textTask({ loss: { labelSmoothing: 0.1 } }),
    textSource({
      tokenizer,
      samples: [
        { text: "a tree", label: 1 },
        { text: "trees a graft", pair: "a tree", label: 0 },
        { text: "a", label: 2 },
      ],
    }),
  ],
  ["answers", "question", questionTask(), questionSource({ tokenizer, questions })],
];

test.each(cases)(
  "%s, of several lengths: compiled training is eager training",
  async (_, head, task, source) => {
    const config = {
      ...createBert("bert_tiny").config,
      vocab_size: vocabulary.length,
      hidden_size: 8,
      intermediate_size: 16,
      hidden_dropout_prob: 0,
      attention_probs_dropout_prob: 0,
    };
    const model = modelFromConfig(withBertHead(config, { head, numClasses: tags.length }));
    const program = taskProgram({ model, task });
    const learned: number[][] = [];
    for (const engine of engines) {
      const optimizer = sgd({ learningRate: 0.1 });
      const session = await engine.open({ weights: initWeights(model, { seed: 2 }), optimizer });
      const seen: number[] = [];
      for (const rows of [
        [0, 1],
        [2, 0],
        [1, 2],
        [0, 2],
      ]) {
        const weight = { dtype: "float32", shape: [2], data: Float32Array.of(1, 0.5) } as const;
        const batch = { ...(await source.load(rows, { epoch: 1 })), weight };
        const { loss, metrics } = await session.step(program, batch);
        seen.push(loss, metrics!.accuracy!);
      }
      const { weights } = await session.snapshot();
      seen.push(...weights[`${model.classifier}.weight`]!.data);
      seen.push(...weights["bert.embeddings.word_embeddings.weight"]!.data);
      learned.push(seen);
      await session.close();
    }
    const [eager, compiled] = learned;
    expect(eager!.every(Number.isFinite)).toBe(true);
    const gaps = eager!.map(
      (value, at) => Math.abs(value - compiled![at]!) / (1 + Math.abs(value)),
    );
    expect(Math.max(...gaps)).toBeLessThan(1e-5);
  },
);
