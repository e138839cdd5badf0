import { expect, test } from "vitest";
import { initWeights } from "./init-weights.js";
import { createModel } from "./registry.js";

const model = createModel("resnet18", { numClasses: 7 });
const some = (name: string) => /^(bn1|layer1\.0|fc)\./.test(name);

const deviation = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);

test("convolutions start by He's rule on the outputs, as torchvision's", () => {
  const weights = initWeights(model, { seed: 3, only: some });
  const filter = weights["layer1.0.conv1.weight"]!;
  expect(filter.shape).toEqual([64, 64, 3, 3]);
  expect(deviation(filter.data) / Math.sqrt(2 / (64 * 9))).toBeCloseTo(1, 1);
  expect(new Set(weights["bn1.weight"]!.data)).toEqual(new Set([1]));
  expect(new Set(weights["bn1.running_mean"]!.data)).toEqual(new Set([0]));
  const bound = 1 / Math.sqrt(512);
  const matrix = weights["fc.weight"]!.data;
  expect(Math.max(...matrix.map(Math.abs))).toBeLessThanOrEqual(bound);
  expect(deviation(matrix) / (bound / Math.sqrt(3))).toBeCloseTo(1, 1);
});

test("SqueezeNet's filters start uniform within sqrt(6 / fan in)", () => {
  const weights = initWeights(createModel("squeezenet1_1"), {
    seed: 0,
    only: (name) => name.startsWith("features.3."),
  });
  const { data } = weights["features.3.expand3x3.weight"]!;
  const bound = Math.sqrt(6 / (16 * 9));
  const largest = Math.max(...data.map(Math.abs));
  expect(largest).toBeLessThanOrEqual(bound);
  expect(largest / bound).toBeGreaterThan(0.99);
});

test("a weight depends on the seed and its own name alone", () => {
  const all = initWeights(model, { seed: 3, only: some });
  const head = initWeights(model, { seed: 3, only: (name) => name.startsWith("fc.") });
  expect(Object.keys(head)).toEqual(["fc.weight", "fc.bias"]);
  expect(head["fc.weight"]).toEqual(all["fc.weight"]);
  const other = initWeights(model, { seed: 4, only: (name) => name === "fc.weight" });
  expect(other["fc.weight"]!.data).not.toEqual(all["fc.weight"]!.data);
});
