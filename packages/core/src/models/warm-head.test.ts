import { expect, test } from "vitest";
import { replaceHead } from "./config.js";
import { initWeights } from "./init-weights.js";
import { createModel } from "./registry.js";
import { warmHead } from "./warm-head.js";

const old = createModel("resnet_cifar", { blocks: 1, widths: [2, 3, 4], numClasses: 3 });
const weights = initWeights(old, { seed: 1 });
const from = ["cat", "dog", "owl"];
const row = (of: typeof weights, at: number) => [
  ...of["linear.weight"]!.data.subarray(4 * at, 4 * at + 4),
  of["linear.bias"]!.data[at],
];

test("the same classes keep every weight to the bit", () => {
  const same = warmHead({ model: old, weights, from, to: from });
  expect(same.weights).toEqual(weights);
  expect([same.known, same.fresh, same.dropped]).toEqual([from, [], []]);
});

test("rows follow their classes' names, new classes get new rows, others are dropped", () => {
  const model = replaceHead(old, 4);
  const to = ["ant", "owl", "bee", "cat"];
  const warm = warmHead({ model, weights, from, to, seed: 7 });
  expect(row(warm.weights, 1)).toEqual(row(weights, 2));
  expect(row(warm.weights, 3)).toEqual(row(weights, 0));
  const fresh = initWeights(model, { seed: 7 });
  expect(row(warm.weights, 0)).toEqual(row(fresh, 0));
  expect(row(warm.weights, 2)).toEqual(row(fresh, 2));
  expect(warm.weights["conv1.weight"]).toBe(weights["conv1.weight"]);
  expect(warm.known).toEqual(["owl", "cat"]);
  expect(warm.fresh).toEqual(["ant", "bee"]);
  expect(warm.dropped).toEqual(["dog"]);
});

test("a name that the older network has twice is not known", () => {
  const twice = warmHead({ model: old, weights, from: ["crane", "dog", "crane"], to: from });
  expect(twice.known).toEqual(["dog"]);
  const crane = warmHead({
    model: old,
    weights,
    from: ["crane", "dog", "crane"],
    to: ["crane", "dog", "owl"],
  });
  expect(crane.fresh).toEqual(["crane", "owl"]);
});

test("another architecture is refused by name and shape", () => {
  const wide = createModel("resnet_cifar", { blocks: 1, widths: [2, 3, 5], numClasses: 3 });
  const input = { weights, from, to: from };
  expect(() => warmHead({ ...input, model: wide })).toThrow(/\[5, 3, 3, 3\] expected/);
  const other = createModel("squeezenet1_1", { numClasses: 3 });
  expect(() => warmHead({ ...input, model: other })).toThrow(/The older network has no "/);
});
