import "@tensorflow/tfjs-backend-cpu";
import {
  createEagerEngine,
  type Engine,
  type FineTuneOptions,
  fineTune,
  initWeights,
  isGraftError,
  loraRanks,
} from "@graft-ml/core";
import { leakedTensors } from "@graft-ml/core/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { returned, smallBert } from "../network/testing.js";
import { bucketSampler } from "../tokenize/bucket-sampler.js";
import { smallTokenizer } from "../tokenize/testing.js";
import { openTokenClassifier } from "./token-classifier.js";
import { tokenTask } from "./token-task.js";
import { wordSource } from "./word-source.js";

const tokenizer = smallTokenizer();
const tags = ["O", "B-Plant", "I-Plant"];
const model = smallBert({ head: "token", numClasses: 3 });
const weights = initWeights(model, { seed: 3 });
const task = tokenTask({ tags });

let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine({ backend: "cpu" });
});
afterAll(() => engine.close());

/** "ungrafted trees" is a plant, and so is a tree; a tree behind it goes on with it. */
const sentenceOf = (line: string) => {
  const tokens = line.split(" ");
  const labels = tokens.map((word, at) => {
    if (word === "ungrafted") return 1;
    if (!word.startsWith("tree")) return 0;
    return tokens[at - 1] === "ungrafted" ? 2 : 1;
  });
  return { tokens, labels };
};
const sentences = [
  "the ungrafted trees !",
  "a cafe , a tree",
  "cafe",
  "the cafe , ungrafted tree , tree , a cafe !",
  "grafted , ungrafted",
  "tree",
  "the grafted cafe ! the tree , the ungrafted trees , the cafe , the tree !",
  "the cafe , a grafted cafe",
].map(sentenceOf);
const train = wordSource({ tokenizer, sentences, maxLength: 16, buckets: [4, 8, 12, 16] });

async function tuned(options: Partial<FineTuneOptions>) {
  const common = { engine, model, weights, task, train, validation: train, batchSize: 4 };
  const sampler = bucketSampler(train, { batchSize: 4, seed: 1 });
  const tuning = fineTune({ ...common, sampler, ...options });
  const metrics: Record<string, number>[] = [];
  for await (const event of tuning)
    if (event.type === "epoch-end") metrics.push(event.metrics ?? {});
  return { ...tuning.result(), metrics };
}

const head = { epochs: 2, rate: 0.05 };
const tail = { epochs: 9, rate: 0.01, weightDecay: 0 };

test("entities are learned from batches of several lengths, and found in texts with their places", async () => {
  const leaked = await leakedTensors(async () => {
    const options = { strategy: "finetune", cut: null, views: "none", head, tail } as const;
    const found = await tuned(options);
    expect(found.metrics.at(-1)).toMatchObject({ f1: 1, precision: 1, recall: 1, accuracy: 1 });
    const classifier = await openTokenClassifier({
      engine,
      ...found,
      tokenizer,
      tags,
      maxLength: 16,
    });
    const text = "  The cafe, ungrafted TREES!\n";
    const long = "the cafe , ".repeat(30);
    const [one, none, many, split] = await classifier.predict([
      text,
      " ",
      `${long}ungrafted tree ${long}`,
      ["the", "tree", ",", "tree"],
    ]);
    expect(one!.entities).toEqual([
      { type: "Plant", score: expect.closeTo(1, 0), text: "ungrafted TREES", start: 12, end: 27 },
    ]);
    expect(one!.words.map((word) => text.slice(word.start, word.end))).toEqual(
      one!.words.map((word) => word.text),
    );
    expect(none).toEqual({ words: [], entities: [] });
    // Two trees or one: so far from the beginning it is a guess. But nothing else is one, nor lost.
    expect(many!.entities[0]!.start).toBe(long.length);
    expect(many!.entities.at(-1)!.end).toBe(long.length + "ungrafted tree".length);
    expect(many!.words).toHaveLength(182);
    expect(split!.entities.map((entity) => entity.start)).toEqual([4, 11]);
    const { metrics, report, count } = await returned(classifier.evaluate(train, { batchSize: 3 }));
    expect(metrics.f1).toBe(1);
    expect(report.types).toMatchObject([{ type: "Plant", support: 9 }]);
    expect(count).toBe(train.size);
    await classifier.close();
  });
  expect(leaked).toBe(0);
});

test("a head learns from cached features of one length as from the samples", async () => {
  const probe = { strategy: "probe", head: { epochs: 10, rate: 0.05 } } as const;
  const cached = await tuned(probe);
  const live = await tuned({ ...probe, views: "none" });
  expect(cached.metrics.length).toBe(10);
  cached.metrics.forEach(({ loss }, epoch) => {
    expect(loss).toBeCloseTo(live.metrics[epoch]!.loss!, 4);
  });
  expect(cached.metrics.at(-1)!.loss).toBeLessThan(cached.metrics[0]!.loss!);
  const kept = Object.keys(weights).filter((name) => !name.startsWith("classifier"));
  for (const name of kept) expect(cached.weights[name]!.data, name).toEqual(weights[name]!.data);
});

test.each<[string, Partial<FineTuneOptions>]>([
  [
    "after a cut, rates falling by layer",
    { strategy: "finetune", cut: "layer1", tail: { ...tail, layerDecay: 0.5 } },
  ],
  ["layer by layer", { strategy: "gradual", cut: null }],
  ["by adapters", { strategy: "finetune", cut: null, learners: { rank: 2 }, views: "none" }],
  [
    "by biases, samples anew",
    { strategy: "finetune", cut: "embeddings", learners: "biases", views: "fresh" },
  ],
])("it learns %s", async (_, options) => {
  const { metrics, adapted, ...found } = await tuned({
    head,
    tail: { ...tail, epochs: 4 },
    ...options,
  });
  expect(metrics.at(-1)!.loss).toBeLessThan(0.9 * metrics[0]!.loss!);
  expect(Object.keys(found.weights)).toEqual(Object.keys(model.specs));
  if (adapted) expect(Object.keys(loraRanks(adapted.model)).length).toBeGreaterThan(0);
});

test("what makes no sense for tokens is told", async () => {
  const codeOf = (options: Partial<FineTuneOptions>) =>
    tuned(options).catch((error: unknown) => (isGraftError(error) ? error.message : error));
  expect(await codeOf({ strategy: "few-shot" })).toMatch(/no linear layer on pooled features/);
  const mixed = { strategy: "finetune", cut: null, views: "none", mix: { mixup: 0.2 } } as const;
  expect(await codeOf(mixed)).toMatch(/can't be blended/);
  const { uniform: _, groups: __, ...ragged } = train;
  expect(await codeOf({ train: ragged, validation: ragged })).toMatch(
    /cache nothing \(views "none"\)/,
  );
  const few = openTokenClassifier({ engine, model, weights, tokenizer, tags: ["O", "B-Plant"] });
  await expect(few).rejects.toThrow(/2 tags for a model of 3 classes/);
});
