import "@tensorflow/tfjs-backend-cpu";
import {
  createEagerEngine,
  type Engine,
  type FineTuneOptions,
  fineTune,
  initWeights,
  type Model,
  measureTargets,
  type Task,
} from "@graft-ml/core";
import { leakedTensors } from "@graft-ml/core/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { smallBert } from "../network/testing.js";
import { bucketSampler } from "../tokenize/bucket-sampler.js";
import { smallTokenizer } from "../tokenize/testing.js";
import { bertRecipe } from "./bert-recipe.js";
import { openTextClassifier } from "./text-classifier.js";
import { type AnsweredText, textSource } from "./text-source.js";
import { textLabelsTask, textNumbersTask, textTask } from "./text-task.js";

const tokenizer = smallTokenizer();
const classes = ["cafe", "tree"];
const model = smallBert({ head: "sequence", numClasses: 2 });
const weights = initWeights(model, { seed: 3 });

let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine({ backend: "cpu" });
});
afterAll(() => engine.close());

const texts = [
  "the tree !",
  "a cafe , the cafe",
  "grafted tree",
  "the cafe !",
  "a tree , a tree , ungrafted trees",
  "cafe",
  "the ungrafted tree , a tree !",
  "a cafe ! the cafe ! a cafe !",
];
const labelled = texts.map((text) => ({ text, label: text.includes("cafe") ? 0 : 1 }));
const sourceOf = (samples: readonly AnsweredText[]) =>
  textSource({ tokenizer, samples, maxLength: 16, buckets: [4, 8, 16] });

async function tuned(
  input: { model: Model; task: Task; samples: readonly AnsweredText[] },
  options: Partial<FineTuneOptions>,
) {
  const train = sourceOf(input.samples);
  const given = { engine, ...input, train, validation: train, batchSize: 4 };
  const own = input.model === model ? weights : initWeights(input.model, { seed: 3 });
  const tuning = fineTune({ ...given, weights: own, ...options });
  const epochs: { metrics: Readonly<Record<string, number>>; phase: string }[] = [];
  const rates: number[] = [];
  for await (const event of tuning) {
    if (event.type === "epoch-end") epochs.push(event);
    if (event.type === "step-end") rates.push(event.rate ?? Number.NaN);
  }
  return { ...tuning.result(), epochs, rates, metrics: epochs.at(-1)!.metrics };
}

const classification = { model, task: textTask(), samples: labelled };
const often = <T>(samples: readonly T[]): T[] => Array.from({ length: 6 }, () => samples).flat();

const head = { epochs: 2, rate: 0.05 };
const tail = { epochs: 6, rate: 0.01, weightDecay: 0 };

test("classes are learned, and told of texts and pairs of any length", async () => {
  const leaked = await leakedTensors(async () => {
    const samples = often(labelled);
    const found = await tuned(
      { ...classification, samples },
      bertRecipe({ rate: 0.01, epochs: 4 }),
    );
    expect(found.metrics.accuracy).toBe(1);
    const { model, weights } = found;
    const classifier = await openTextClassifier({ engine, model, weights, tokenizer, classes });
    const long = "the tree , ".repeat(50_000);
    const told = await classifier.predict(["the tree", "", { text: "a cafe", pair: "!" }, long], {
      top: 2,
    });
    expect(told.map(({ top }) => top[0]?.label)).toEqual([
      "tree",
      expect.any(String),
      "cafe",
      "tree",
    ]);
    for (const { top } of told) expect(top[0]!.score + top[1]!.score).toBeCloseTo(1, 10);
    for await (const event of classifier.evaluate(sourceOf(labelled))) {
      if (event.type === "eval-end") expect([event.accuracy, event.count]).toEqual([1, 8]);
    }
    await classifier.close();
  });
  expect(leaked).toBe(0);
});

test.each([
  ["probe", { strategy: "probe" }],
  ["the last layer, on cached features", { strategy: "finetune" }],
  ["layer by layer", { strategy: "gradual", cut: null, tail: { ...tail, layerDecay: 0.5 } }],
  ["adapters", { strategy: "finetune", cut: null, learners: { rank: 2 } }],
  ["from scratch", { strategy: "scratch", tail }],
] as const)("%s: the loss falls", async (_, options) => {
  const { epochs } = await tuned(classification, { head, tail, ...options });
  expect(epochs.at(-1)!.metrics.loss).toBeLessThan(epochs[0]!.metrics.loss!);
});

test("the recipe of the paper: all at once, up and down along lines, batches of like length", async () => {
  const samples = often(labelled);
  const sampler = bucketSampler(sourceOf(samples), { batchSize: 16, seed: 2 });
  const recipe = bertRecipe({ rate: 0.01, epochs: 4 });
  const { rates, epochs, metrics } = await tuned(
    { ...classification, samples },
    { ...recipe, sampler },
  );
  expect(new Set(epochs.map(({ phase }) => phase))).toEqual(new Set(["tail"]));
  expect(rates).toHaveLength(12);
  expect(Math.max(...rates)).toBeCloseTo(0.01, 6);
  const falls = rates.slice(1, -1).map((rate, at) => rate - rates[at + 2]!);
  for (const fall of falls) expect(fall).toBeCloseTo(falls[0]!, 9);
  expect(metrics.accuracy).toBe(1);
});

test("several labels, and numbers in their own unit", async () => {
  const has = (text: string, word: string): number => Number(text.includes(word));
  const samples = texts.map((text) => ({ text, targets: [has(text, "cafe"), has(text, "!")] }));
  const steep = bertRecipe({ rate: 0.01, epochs: 6 });
  const labels = await tuned({ model, task: textLabelsTask(), samples: often(samples) }, steep);
  expect(labels.metrics.macroF1).toBeGreaterThan(0.9);

  const lengths = texts.map((text) => ({ text, targets: [100 + 10 * text.split(" ").length] }));
  const rows = lengths.map(({ targets }) => targets);
  const task = textNumbersTask(measureTargets(rows));
  const numbers = smallBert({ head: "sequence", numClasses: 1 });
  const { metrics } = await tuned({ model: numbers, task, samples: often(lengths) }, steep);
  expect(metrics.r2).toBeGreaterThan(0.8);
});

test("what can't be learned from is told by name", () => {
  const made = (samples: readonly AnsweredText[]) => () => sourceOf(samples);
  expect(made([{ text: " \n", label: 0 }])).toThrow("Text 0 is empty. Leave it out.");
  expect(made([{ text: "", label: 0, name: "reviews.csv:7" }])).toThrow("reviews.csv:7 is empty");
  const mixed = [{ text: "a", label: 0 }, { text: "tree" }];
  expect(made(mixed)).toThrow("Text 1 lacks a label, which the first text has");
  const uneven = [
    { text: "a", targets: [1, 0] },
    { text: "tree", targets: [1], name: "the second" },
  ];
  expect(made(uneven)).toThrow("the second lacks 2 targets");
});

test("as many names as classes", async () => {
  const options = { engine, model, weights, tokenizer, classes: ["one"] };
  await expect(openTextClassifier(options)).rejects.toThrow(
    "There are 1 class names for a model of 2 classes",
  );
});
