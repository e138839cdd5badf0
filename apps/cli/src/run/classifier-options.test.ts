import { createModel, type Engine, planFineTune } from "@graft-ml/core";
import { preprocessStyle } from "@graft-ml/vision";
import { expect, test } from "vitest";
import { classifierOptions } from "./classifier-options.js";
import type { Prepared } from "./prepare.js";
import { type GivenOptions, resolveOptions } from "./train-options.js";

const model = createModel("resnet_cifar", { blocks: 1, widths: [2, 3, 4], numClasses: 2 });
const sample = (label: number, index: number) => ({
  path: `/p/${index}.png`,
  name: `${index}.png`,
  label,
});
const train = [0, 0, 0, 1].map(sample);
const views: string[] = [];
const prepared = {
  model,
  source: {
    model,
    weights: {},
    input: { modality: "pictures", preprocess: preprocessStyle("torch", { size: [8, 8] }) },
  },
  dataset: { classes: ["a", "b"], train, validation: [], test: [], skipped: [] },
  secondsToRead: 0,
  sourceOf: (part: readonly unknown[], view: string) => {
    views.push(view);
    return { size: part.length, load: async () => ({}) };
  },
} as unknown as Prepared;

const resolved = (given: GivenOptions) =>
  classifierOptions(
    resolveOptions({ data: "/p", ...given }, {}, () => "tiny"),
    prepared,
    {} as Engine,
  );

test("without wishes nothing but the strategy is asked for", () => {
  const options = resolved({});
  expect(planFineTune({ ...options, task: {} as never }).phases).toMatchObject([
    { name: "head", epochs: 30, rate: 3e-3, schedule: "cosine", warmup: 0 },
    { name: "tail", epochs: 20, rate: 1e-4, schedule: "cosine", warmup: 0 },
  ]);
  expect(options.learners).toBe("all");
  expect(options.task.config).toMatchObject({ loss: { labelSmoothing: 0 } });
  for (const name of ["mix", "ema", "earlyStopping", "clipNorm", "sampler", "cut"]) {
    expect(options).not.toHaveProperty(name);
  }
  expect(new Set(views)).toEqual(new Set(["plain"]));
});

test("wishes arrive where fine-tuning looks for them", () => {
  const options = resolved({
    strategy: "finetune",
    cut: "layer1",
    learners: "adapters",
    rank: 2,
    layerDecay: 0.5,
    schedule: "one-cycle",
    clipNorm: 1,
    ema: 0.9,
    patience: 2,
    mixup: 0.2,
    cutmix: 1,
    views: 3,
  });
  expect(options).toMatchObject({
    learners: { rank: 2 },
    clipNorm: 1,
    ema: { decay: 0.9 },
    earlyStopping: { metric: "accuracy", mode: "max", patience: 2 },
    mix: { mixup: 0.2, cutmix: 1 },
  });
  expect(planFineTune({ ...options, task: {} as never }).phases).toMatchObject([
    { name: "head", layerDecay: 1, warmup: 0.3 },
    { name: "tail", cut: "layer1", layerDecay: 0.5, rate: 1e-4, warmup: 0.3 },
  ]);
  expect(views.at(-1)).toBe("augmented");
});

test("rare classes are balanced by weights or by sampling", () => {
  expect(resolved({ balance: "weights" }).task.config).toMatchObject({
    loss: { labelSmoothing: 0, classWeight: [4 / 6, 2] },
  });
  const { sampler } = resolved({ balance: "sampling" });
  const drawn = Array.from(sampler!.order(1), (index) => train[index]!.label);
  expect(drawn.filter((label) => label === 1)).toHaveLength(2);
});
