import "@tensorflow/tfjs-backend-cpu";
import { createEagerEngine, type Engine, fineTune, initWeights } from "@graft-ml/core";
import { leakedTensors } from "@graft-ml/core/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { smallBert } from "../network/testing.js";
import { bertRecipe } from "../texts/bert-recipe.js";
import { openTextClassifier } from "../texts/text-classifier.js";
import { textSource } from "../texts/text-source.js";
import { textTask } from "../texts/text-task.js";
import { smallTokenizer } from "../tokenize/testing.js";
import {
  openTextAttributor,
  type TextAttribution,
  type TextAttributorOptions,
} from "./text-attributor.js";

const tokenizer = smallTokenizer();
const classes = ["cafe", "tree", "other"];
const model = smallBert({ head: "sequence", numClasses: 3 });
const weights = initWeights(model, { seed: 3 });

let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine({ backend: "cpu" });
});
afterAll(() => engine.close());

const open = (options: Partial<TextAttributorOptions> = {}) =>
  openTextAttributor({ engine, model, weights, tokenizer, classes, ...options });

const sum = ({ words, pairWords }: TextAttribution): number =>
  [...words, ...pairWords].reduce((all, { score }) => all + score, 0);

test("the words' shares are the difference between a text's score and the baseline's", async () => {
  const leaked = await leakedTensors(async () => {
    const attributor = await open({ steps: 4, tolerance: 1e-3 });
    const found = await attributor.attribute({ text: "the trees !", pair: "a cafe" });
    expect(found.words.map(({ text }) => text)).toEqual(["the", "trees", "!"]);
    expect(found.pairWords.map(({ text }) => text)).toEqual(["a", "cafe"]);
    expect(sum(found)).toBeCloseTo(found.score - found.baselineScore + found.gap, 10);
    expect(Math.abs(found.gap)).toBeLessThan(1e-3);
    await attributor.close();
  });
  expect(leaked).toBe(0);
});

test("the class asked about is the likeliest, or the one that is named", async () => {
  const classifier = await openTextClassifier({ engine, model, weights, tokenizer, classes });
  const text = "a grafted tree";
  const [prediction] = await classifier.predict([text], { top: 3 });
  await classifier.close();
  const attributor = await open({ tolerance: 1 });
  const likeliest = await attributor.attribute(text);
  expect(likeliest.target).toBe(prediction!.top[0]!.label);
  expect(likeliest.score).toBeCloseTo(prediction!.top[0]!.score, 6);
  const each: TextAttribution[] = [];
  for (const target of classes) each.push(await attributor.attribute(text, { target }));
  // Probabilities sum to 1 all along the line, so that shares of all classes cancel out.
  likeliest.words.forEach((_, at) => {
    const all = each.reduce((total, { words }) => total + words[at]!.score, 0);
    expect(all).toBeCloseTo(0, 5);
  });
  await attributor.close();
});

test("what a classifier learned to look at is what it is said to look at", async () => {
  // Each text is there with either word, so that nothing else tells the classes apart.
  const frames = ["the _ !", "a _ , the _", "grafted _", "a _", ", _ !", "the grafted _"];
  const samples = Array.from({ length: 4 }, () => frames)
    .flat()
    .flatMap((frame) =>
      ["cafe", "tree"].map((word, label) => ({ text: frame.replaceAll("_", word), label })),
    );
  const train = textSource({ tokenizer, samples, maxLength: 16, buckets: [8] });
  const recipe = bertRecipe({ rate: 0.01, epochs: 4 });
  const tuning = fineTune({ engine, model, weights, task: textTask(), train, ...recipe });
  for await (const _ of tuning);
  const attributor = await open({ ...tuning.result(), of: "logit", tolerance: 1 });
  const asked = (word: string) => attributor.attribute(`a ${word} , the !`, { target: word });
  const [cafe, tree] = [await asked("cafe"), await asked("tree")];
  // Padding alone is taken for a cafe here: then a cafe's text has next to nothing to explain.
  expect(Math.abs(cafe.score - cafe.baselineScore)).toBeLessThan(0.1);
  for (const { score } of cafe.words) expect(Math.abs(score)).toBeLessThan(0.1);
  const best = tree.words.toSorted((a, b) => b.score - a.score)[0]!;
  expect(best.text).toBe("tree");
  expect(best.score).toBeGreaterThan(0.5 * (tree.score - tree.baselineScore));
  await attributor.close();
});

test("a text without words is its own baseline, and a word equal to it has no share", async () => {
  const attributor = await open({ tolerance: 1, baseline: "unk" });
  const empty = await attributor.attribute(" ");
  expect(empty).toMatchObject({ words: [], pairWords: [], gap: 0 });
  expect(empty.score).toBe(empty.baselineScore);
  const [known, unknown] = (await attributor.attribute("tree zebra")).words;
  expect(unknown!.score).toBe(0);
  expect(Math.abs(known!.score)).toBeGreaterThan(1e-4);
  await attributor.close();
});

test("long texts run in smaller batches, to the same result", async () => {
  const attributor = await open({ maxLength: 8, steps: 20, tolerance: 1 });
  const words = Array.from({ length: 30 }, (_, at) => (at % 2 ? "tree" : "a"));
  const found = await attributor.attribute(words);
  expect(found.words).toHaveLength(30);
  expect(found.words.slice(6).every(({ score }) => score === 0)).toBe(true);
  const short = await attributor.attribute(words.slice(0, 6));
  expect(short.words).toEqual(found.words.slice(0, 6));
  await attributor.close();
});

test("what can't be told is said", async () => {
  await expect(open({ classes: ["one"] })).rejects.toThrow(/1 class names for a model of 3/);
  await expect(open({ steps: 0 })).rejects.toThrow(/`steps` is 0/);
  const blind = {
    ...tokenizer,
    specialTokens: {},
  };
  await expect(open({ tokenizer: blind })).rejects.toThrow(/no "pad" token/);
  const without: typeof tokenizer = {
    ...tokenizer,
    encode: (...input) => ({ ...tokenizer.encode(...input), starts: null, ends: null }),
  };
  const attributor = await open({ tokenizer: without, tolerance: 1 });
  await expect(attributor.attribute("a tree")).rejects.toThrow(/can't tell where tokens stand/);
  expect((await attributor.attribute(["a", "tree"])).words).toHaveLength(2);
  await expect(attributor.attribute(["a"], { target: "dog" })).rejects.toThrow(
    /no class "dog". Known are: cafe, tree, other/,
  );
  await attributor.close();
});
