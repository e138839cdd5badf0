import { expect, test } from "vitest";
import { initWeights } from "../models/init-weights.js";
import { createModel } from "../models/registry.js";
import type { FloatWeights } from "../weights/host-tensor.js";
import { featureSource } from "./feature-source.js";
import type { FeatureTable } from "./feature-store.js";
import { measure, standardize, standardized, takesStandard, unstandardize } from "./standardize.js";

const rows = [
  [1, 10, 5],
  [3, -10, 5],
  [5, 30, 5],
  [7, -30, 5],
];

const table: FeatureTable = {
  size: 4,
  views: 1,
  shape: [3],
  fields: {},
  read: async (wanted) => Float32Array.from(wanted.flatMap((row) => rows[row]!)),
};

test("means and deviations, each variance with the mean of all added", async () => {
  const { mean, deviation } = await measure(table);
  expect([...mean]).toEqual([4, 0, 5]);
  const shared = (5 + 500 + 0) / 3;
  [5, 500, 0].forEach((variance, i) => {
    expect(deviation[i]).toBeCloseTo(Math.sqrt(variance + shared), 10);
  });
});

test("a head for standardised features, moved, gives the same scores on the features themselves", async () => {
  const model = createModel("resnet_cifar", { blocks: 1, widths: [1, 2, 3], numClasses: 2 });
  expect(takesStandard(model, [3])).toBe(true);
  expect(takesStandard(model, [4, 4, 3])).toBe(false);
  const only = (name: string) => name.startsWith("linear");
  const head = initWeights(model, { seed: 3, only });
  const standard = await measure(table);
  const moved = unstandardize(model, head, standard);
  const scaled = await standardized(featureSource(table), standard).load([2, 1], { epoch: 0 });
  const plain = await featureSource(table).load([2, 1], { epoch: 0 });
  const expected = scores(head, scaled.features!.data as Float32Array);
  scores(moved, plain.features!.data as Float32Array).forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 5);
  });
  const back = standardize(model, moved, standard);
  for (const [name, { data }] of Object.entries(head)) {
    data.forEach((value, i) => {
      expect(back[name]!.data[i]).toBeCloseTo(value, 5);
    });
  }
});

function scores(head: FloatWeights, x: Float32Array): number[] {
  const weight = head["linear.weight"]!.data;
  const bias = head["linear.bias"]!.data;
  return [0, 1].flatMap((row) =>
    [0, 1].map((out) =>
      [0, 1, 2].reduce((sum, i) => sum + weight[out * 3 + i]! * x[row * 3 + i]!, bias[out]!),
    ),
  );
}
