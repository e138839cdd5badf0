import "@tensorflow/tfjs-backend-cpu";
import {
  createBert,
  createEagerEngine,
  type Engine,
  initWeights,
  loadWeights,
  type Model,
  memorySource,
  modelFromConfig,
  safetensorsStore,
} from "@graft-ml/core";
import { leakedTensors, worstDifference } from "@graft-ml/core/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { smallBert } from "../network/testing.js";
import { openTextClassifier } from "../texts/text-classifier.js";
import { smallTokenizer } from "../tokenize/testing.js";
import type { FewShotTextsEvent, FewShotTextsOptions } from "./few-shot-options.js";
import { fewShotTexts } from "./few-shot-texts.js";
import { embedTexts } from "./text-embedder.js";
import { textModelFiles } from "./text-model-files.js";

const tokenizer = smallTokenizer();
const model = smallBert({ head: "masked" });
const weights = initWeights(model, { seed: 3 });
const classes = ["cafe", "tree"];

let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine({ backend: "cpu" });
});
afterAll(() => engine.close());

const labelled = (texts: readonly string[]) =>
  texts.map((text) => ({ text, label: text.includes("cafe") ? 0 : 1 }));
const train = labelled([
  "the tree !",
  "a cafe , the cafe",
  "grafted tree",
  "the cafe !",
  "a tree , a tree",
  "un cafe",
]);
const validation = labelled([
  "the grafted tree , a tree !",
  "a cafe ! the cafe !",
  "trees ! trees !",
  "the the cafe",
]);
const contrast = { pairsPerText: 8, batchSize: 6, rate: 3e-3 };

async function tuned(options: Partial<FewShotTextsOptions> = {}) {
  const given = { engine, model, weights, tokenizer, train, validation, contrast, seed: 1 };
  const tuning = fewShotTexts({ ...given, ...options });
  const events: FewShotTextsEvent[] = [];
  for await (const event of tuning) events.push(event);
  return { ...tuning.result(), events };
}

const judged = (events: readonly FewShotTextsEvent[]) =>
  events.find((event) => event.type === "head-judged")!;

async function probabilities(found: { model: Model; weights: typeof weights }) {
  const classifier = await openTextClassifier({ engine, ...found, tokenizer, classes });
  const told = await classifier.predict(validation, { top: 2 });
  await classifier.close();
  return told.map(({ top }) => top.find(({ label }) => label === "cafe")!.score);
}

test("six texts teach the encoder and a head; what is saved is opened again; nothing leaks", async () => {
  const leaked = await leakedTensors(async () => {
    const { events, ...found } = await tuned({ contrast: { ...contrast, pairsPerText: 24 } });
    const steps = events.filter((event) => event.type === "step-end");
    expect(steps).toHaveLength(24);
    const losses = steps.map(({ loss }) => loss);
    expect(Math.max(...losses.slice(-3))).toBeLessThan(losses[0]! / 2);
    expect(judged(events)).toMatchObject({ phase: "head", count: 4, accuracy: 1 });
    expect(JSON.parse(JSON.stringify(events))).toEqual(events);

    const files = textModelFiles({ ...found, classes });
    const config = JSON.parse(files["config.json"]);
    expect(config).toMatchObject({ pooling: "mean", id2label: { 0: "cafe", 1: "tree" } });
    const again = modelFromConfig(config);
    const store = safetensorsStore(memorySource(files["model.safetensors"], "model"));
    const read = await loadWeights(again.specs, store);
    const chances = await probabilities({ model: again, weights: read });
    expect(chances.map((chance) => chance > 0.5)).toEqual([false, true, false, true]);
  });
  expect(leaked).toBe(0);
});

test("the same seed gives the same bytes, another seed others", async () => {
  const bytes = async (seed: number) => {
    const { model, weights } = await tuned({ seed });
    return textModelFiles({ model, weights })["model.safetensors"];
  };
  const [one, same, other] = [await bytes(5), await bytes(5), await bytes(6)];
  expect(Buffer.compare(one, same)).toBe(0);
  expect(Buffer.compare(one, other)).not.toBe(0);
});

test.each(["logistic", "discriminant", "prototype", "cosine"] as const)(
  "%s: the classifier says what the head does, calibrated",
  async (head) => {
    const { events, ...found } = await tuned({ head, contrast: { ...contrast, pairsPerText: 4 } });
    const { loss, accuracy, confusion } = judged(events);
    expect(loss.after).toBeLessThanOrEqual(loss.before);
    const chances = await probabilities(found);
    const right = chances.map((chance, at) => (validation[at]!.label === 0 ? chance : 1 - chance));
    expect(right.filter((chance) => chance > 0.5).length / 4).toBe(accuracy);
    expect(confusion.flat().reduce((a, b) => a + b)).toBe(4);
    const entropy = right.reduce((sum, chance) => sum - Math.log(chance) / 4, 0);
    expect(entropy).toBeCloseTo(loss.after, 4);
  },
);

test("without pairs, a prototype head says which class's mean a text's vector is nearest to", async () => {
  const labels = [0, 1, 0, 1, 1, 0];
  const own = train.map(({ text }, at) => ({ text, label: labels[at]! }));
  const { events, ...found } = await tuned({
    train: own,
    head: "prototype",
    contrast: { epochs: 0 },
  });
  expect(judged(events).temperature).toBeGreaterThan(0);
  const rows = async (texts: readonly { text: string }[]) => {
    const given = { engine, model, weights, tokenizer, texts: texts.map(({ text }) => text) };
    const { data } = await embedTexts(given);
    return texts.map((_, at) => data.slice(16 * at, 16 * at + 16));
  };
  const learned = await rows(own);
  const means = [0, 1].map((label) => {
    const of = learned.filter((_, at) => labels[at] === label);
    return Array.from({ length: 16 }, (_, i) => of.reduce((sum, row) => sum + row[i]! / 3, 0));
  });
  const distance = (row: Float32Array, label: number) =>
    means[label]!.reduce((sum, value, i) => sum + (value - row[i]!) ** 2, 0);
  const nearest = (await rows(validation)).map((row) => distance(row, 0) < distance(row, 1));
  expect((await probabilities(found)).map((chance) => chance > 0.5)).toEqual(nearest);
});

test("a DistilBERT's layer before its last lets vectors pass", async () => {
  const { config } = createBert("distilbert_base");
  const small = { dim: 16, n_layers: 1, n_heads: 2, hidden_dim: 32, max_position_embeddings: 48 };
  const still = { dropout: 0, attention_dropout: 0, initializer_range: 0.2 };
  const distil = modelFromConfig({
    ...config,
    ...small,
    ...still,
    vocab_size: model.specs["bert.embeddings.word_embeddings.weight"]!.shape[0]!,
  });
  const own = initWeights(distil, { seed: 2 });
  const options = { model: distil, weights: own, contrast: { epochs: 0 }, validation: train };
  const { events, ...found } = await tuned(options);
  expect(events.map(({ type }) => type)).toEqual(["phase-start", "head-fitted", "head-judged"]);
  const classifier = await openTextClassifier({ engine, ...found, tokenizer, classes });
  const told = await classifier.predict(train);
  await classifier.close();
  const entropy = told.reduce((sum, { top }) => sum - Math.log(top[0]!.score) / train.length, 0);
  expect(judged(events).accuracy).toBe(1);
  expect(entropy).toBeCloseTo(judged(events).loss.after, 4);
});

test("vectors come in the order of the texts, from an engine or a session of the caller's", async () => {
  const texts = ["a tree", "the cafe ! the cafe ! a cafe !", "", "un cafe", "a tree"];
  const options = { model, tokenizer, texts, batchSize: 2 };
  const once = await embedTexts({ ...options, engine, weights });
  expect(once.shape).toEqual([5, 16]);
  const row = (at: number) => once.data.slice(16 * at, 16 * at + 16);
  expect(worstDifference(row(0), row(4))).toBeLessThan(1e-6);
  const session = await engine.open({ weights });
  const [first, second] = [
    await embedTexts({ ...options, session }),
    await embedTexts({ ...options, session, normalize: true, batchSize: 5 }),
  ];
  expect(worstDifference(first.data, once.data)).toBe(0);
  for (let at = 0; at < 5; at++) {
    const length = Math.hypot(...row(at));
    const unit = second.data.slice(16 * at, 16 * at + 16);
    expect(
      worstDifference(
        unit,
        row(at).map((value) => value / length),
      ),
    ).toBeLessThan(1e-5);
  }
  await session.close();
});

test("stops where it is told to, and says what it can't learn from", async () => {
  const stopped = new AbortController();
  const tuning = fewShotTexts({
    ...{ engine, model, weights, tokenizer, train, contrast },
    signal: stopped.signal,
  });
  expect(() => tuning.result()).toThrow("The training has not ended");
  const read = async () => {
    for await (const event of tuning) if (event.type === "step-end") stopped.abort();
  };
  await expect(read()).rejects.toMatchObject({ code: "aborted" });
  const one = [{ text: "a tree", label: 0 }];
  await expect(tuned({ train: one, validation: one })).rejects.toThrow("texts are of one class");
  await expect(tuned({ train: [{ text: "a tree" }] })).rejects.toThrow(
    'Text 0 of "train" has no label',
  );
  await expect(tuned({ train: [] })).rejects.toThrow('There are no texts in "train"');
  const found = await tuned({ contrast: { epochs: 0 } });
  expect(() => textModelFiles({ ...found, classes: ["one"] })).toThrow("1 class names");
});
