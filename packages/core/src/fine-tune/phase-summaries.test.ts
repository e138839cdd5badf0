import { expect, test } from "vitest";
import type { Engine } from "../engine.js";
import { createModel } from "../models/registry.js";
import type { FineTuneOptions } from "./options.js";
import { phaseSummaries } from "./phase-summaries.js";

const model = createModel("resnet_cifar", { blocks: 1, widths: [3, 4, 5], numClasses: 2 });
const options = (change: Partial<FineTuneOptions>): FineTuneOptions => ({
  engine: {} as Engine,
  model,
  task: { key: "test", config: null, inputs: [], enter: () => ({}) as never, score: () => ({}) },
  train: { size: 8, load: () => Promise.reject(new Error("nothing is read")) },
  ...change,
});

const trained = (change: Partial<FineTuneOptions>) =>
  phaseSummaries(options(change)).map(({ name, summary }) => [
    name,
    summary.stages.filter(({ trainable }) => trainable > 0).map((stage) => stage.name),
  ]);

test("each phase trains its stages and no others", () => {
  expect(trained({ strategy: "gradual", cut: "stem" })).toEqual([
    ["head", ["linear"]],
    ["tail-1", ["layer3", "linear"]],
    ["tail-2", ["layer2", "layer3", "linear"]],
    ["tail-3", ["layer1", "layer2", "layer3", "linear"]],
  ]);
  expect(trained({ strategy: "scratch" })[0]![1]).toEqual([
    "stem",
    "layer1",
    "layer2",
    "layer3",
    "linear",
  ]);
});

test("what learns beside the head, and what it takes: slots of the optimizer, adapters", () => {
  const tail = (change: Partial<FineTuneOptions>) =>
    phaseSummaries(options({ strategy: "finetune", cut: "layer2", ...change })).at(-1)!.summary;
  const layer3 = (change: Partial<FineTuneOptions>) => {
    const { stages } = tail(change);
    return stages.find(({ name }) => name === "layer3")!;
  };
  const all = layer3({});
  expect(all).toMatchObject({ frozen: 0, bytes: { state: 8 * all.trainable } });
  expect(layer3({ ema: { decay: 0.9 } }).bytes.state).toBe(12 * all.trainable);
  expect(layer3({ learners: "norms" }).trainable).toBe(4 * 5);
  const adapted = layer3({ learners: { rank: 1 } });
  expect(adapted.frozen).toBe(all.trainable);
  // Two matrices of rank 1 beside each of two 3x3 convolutions.
  expect(adapted.trainable).toBe(4 * 9 + 5 + (5 * 9 + 5));
});
