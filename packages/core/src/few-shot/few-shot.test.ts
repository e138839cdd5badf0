import { expect, test } from "vitest";
import { fitTemperature, softmax } from "../metrics/temperature.js";
import { predictedClasses } from "../metrics.js";
import { normalValues } from "../random.js";
import { readGolden } from "../testing/golden.js";
import { worstDifference } from "../testing/worst-difference.js";
import type { HostTensor } from "../weights/host-tensor.js";
import {
  type FewShotHead,
  fewShotLogits,
  fewShotProbabilities,
  linearFromPrototypes,
} from "./few-shot-head.js";
import { fitFewShotHead } from "./fit-few-shot-head.js";
import { fitLogisticHead } from "./fit-logistic-head.js";

const golden = readGolden<{
  dimensions: number;
  labels: number[];
  features: number[];
  queries: number[];
  centroids: number[];
  predicted: number[];
  logistic: { strength: number; weight: number[]; bias: number[] }[];
}>(import.meta.url, "golden/few-shot.json");
const { labels } = golden;
const numClasses = 3;

const rows = (values: ArrayLike<number>, size = golden.dimensions): HostTensor<"float32"> => ({
  dtype: "float32",
  shape: [values.length / size, size],
  data: Float32Array.from(values),
});
const features = rows(golden.features);
const queries = rows(golden.queries);

test("prototypes are scikit-learn's centroids, and the nearest one wins", () => {
  const head = fitFewShotHead({ features, labels, numClasses });
  expect(worstDifference(head.prototypes.data, golden.centroids)).toBeLessThan(1e-6);
  const logits = fewShotLogits(head, queries);
  expect([...predictedClasses(logits, numClasses)]).toEqual(golden.predicted);
});

test.each(["euclidean", "mahalanobis"] as const)(
  "with %s distance the head is a linear layer with the same probabilities",
  (distance) => {
    const head = fitFewShotHead({ features, labels, numClasses, distance });
    const { weight, bias } = linearFromPrototypes(head);
    expect([weight.shape, bias.shape]).toEqual([[3, 6], [3]]);
    const logits = Array.from({ length: 12 * 3 }, (_, at) => {
      const [row, label] = [Math.floor(at / 3) * 6, (at % 3) * 6];
      const products = Array.from(
        queries.data.subarray(row, row + 6),
        (f, i) => f * weight.data[label + i]!,
      );
      return products.reduce((a, b) => a + b, bias.data[at % 3]!);
    });
    const probabilities = fewShotProbabilities(head, queries);
    expect(worstDifference(softmax(logits, { numClasses }), probabilities)).toBeLessThan(1e-6);
  },
);

test.each(["euclidean", "mahalanobis", "cosine"] as const)(
  "%s: samples are judged by heads fitted without them, and views of one sample leave together",
  (distance) => {
    // The i-th sample of a class is in fold i modulo 5.
    const place = labels.map(
      (label, row) => labels.slice(0, row).filter((l) => l === label).length,
    );
    const rowsWhere = (keep: (row: number) => boolean) => labels.map((_, row) => row).filter(keep);
    const pick = (chosen: number[]) =>
      rows(chosen.flatMap((k) => golden.features.slice(k * 6, k * 6 + 6)));
    let right = 0;
    for (let fold = 0; fold < 5; fold++) {
      const [kept, left] = [
        rowsWhere((r) => place[r]! % 5 !== fold),
        rowsWhere((r) => place[r]! % 5 === fold),
      ];
      const keptLabels = kept.map((k) => labels[k]!);
      const head = fitFewShotHead({
        features: pick(kept),
        labels: keptLabels,
        numClasses,
        distance,
      });
      const predicted = predictedClasses(fewShotLogits(head, pick(left)), numClasses);
      right += left.filter((row, i) => predicted[i] === labels[row]).length;
    }
    const head = fitFewShotHead({ features, labels, numClasses, distance });
    expect(head.crossValidated).toMatchObject({ count: 20, accuracy: right / 20 });

    const twice = fitFewShotHead({
      features: rows([...golden.features, ...golden.features]),
      labels: [...labels, ...labels],
      groups: [...labels, ...labels].map((_, row) => row % 20),
      numClasses,
      distance,
    });
    expect(twice.crossValidated).toMatchObject({ count: 40 });
    // Without residual freedom to share out, a copy of each sample changes nothing.
    if (distance !== "mahalanobis") {
      expect(twice.crossValidated!.accuracy).toBe(right / 20);
      expect(Math.abs(twice.temperature / head.temperature - 1)).toBeLessThan(1e-3);
    }
  },
);

test.each([
  ["fewer features than rows", { features, labels, numClasses }],
  ["fewer rows than features", clouds(3, 1)],
])("mahalanobis is discriminant analysis with a shrunk covariance: %s", (_, input) => {
  const head = fitFewShotHead({ ...input, distance: "mahalanobis", temperature: 1 });
  // By the definition: (S + v) w = p, with S the covariance within the classes and v the mean variance.
  const [count = 0, size = 0] = input.features.shape;
  const at = (row: number, i: number) => input.features.data[row * size + i]!;
  const means = head.prototypes.data;
  const mean = (of: (row: number) => number) =>
    input.labels.reduce((sum, _, row) => sum + of(row), 0) / count;
  const each = Array.from({ length: size }, (_, i) => i);
  const variance = (i: number) => mean((r) => at(r, i) ** 2) - mean((r) => at(r, i)) ** 2;
  const v = each.reduce((sum, i) => sum + variance(i), 0) / size;
  const residual = (row: number, i: number) => at(row, i) - means[input.labels[row]! * size + i]!;
  const s = each.map((i) =>
    each.map(
      (j) =>
        (count * mean((row) => residual(row, i) * residual(row, j))) / (count - input.numClasses),
    ),
  );
  for (let label = 0; label < input.numClasses; label++) {
    const w = head.directions.data.subarray(label * size, (label + 1) * size);
    for (const i of each) {
      const left = each.reduce((sum, j) => sum + s[i]![j]! * w[j]!, v * w[i]!);
      expect(left).toBeCloseTo(means[label * size + i]!, 5);
    }
  }
});

test("cosine does not see how long a feature is", () => {
  const head = fitFewShotHead({ features, labels, numClasses, distance: "cosine" });
  const scale = (factor: number) => rows(golden.queries.map((value) => value * factor));
  const plain = fewShotProbabilities(head, queries);
  expect(worstDifference(fewShotProbabilities(head, scale(7)), plain)).toBeLessThan(1e-6);
  const nowhere = fewShotProbabilities(head, rows(new Array(6).fill(0)));
  expect(worstDifference(nowhere, [1 / 3, 1 / 3, 1 / 3])).toBeLessThan(1e-6);
  const { weight, bias } = linearFromPrototypes(head);
  expect([...bias.data]).toEqual([0, 0, 0]);
  expect(
    worstDifference(
      weight.data,
      head.prototypes.data.map((p) => p / head.temperature),
    ),
  ).toBe(0);
});

/** Normal clouds of deviation 1 about `classes` far centres. */
function clouds(perClass: number, scale: number) {
  const [classes, size] = [4, 16];
  const centre = normalValues({ seed: 1, site: "centres" }, classes * size);
  const noise = normalValues({ seed: perClass, site: "noise" }, classes * perClass * size);
  const of = (at: number) => Math.floor(at / size / perClass);
  const values = noise.map((value, at) => scale * (value + centre[of(at) * size + (at % size)]!));
  return {
    features: rows(values, size),
    labels: Array.from({ length: classes * perClass }, (_, row) => Math.floor(row / perClass)),
    numClasses: classes,
  };
}

test("the temperature follows the scale of the features, and is believable on new samples", () => {
  const held = (scale: number) => clouds(200, scale);
  for (const scale of [0.01, 1, 100]) {
    const head = fitFewShotHead(clouds(5, scale));
    const fresh = held(scale);
    const scores = fewShotLogits(head, fresh.features);
    // The best temperature for 800 new samples, in units of the one that 20 samples gave.
    const { temperature } = fitTemperature({ scores, ...fresh });
    expect(temperature).toBeGreaterThan(0.5);
    expect(temperature).toBeLessThan(2);
  }
});

test("one sample a class gives a head whose temperature is a guess", () => {
  const one = clouds(1, 3);
  const head: FewShotHead = fitFewShotHead(one);
  expect(head.crossValidated).toBeUndefined();
  expect(head.temperature).toBeGreaterThan(0);
  expect([...predictedClasses(fewShotLogits(head, one.features), 4)]).toEqual([0, 1, 2, 3]);
});

test("what can't be fitted is told", () => {
  const fit =
    (classes: number[], count = 3) =>
    () =>
      fitFewShotHead({ features, labels: classes, numClasses: count });
  expect(fit([0, 1])).toThrow("not [20,6] and 2 labels");
  expect(fit(labels, 4)).toThrow("The class 3 has no samples");
  expect(fit(labels, 2)).toThrow("The label 2 is outside the 2 classes");
  const head = fitFewShotHead({ features, labels, numClasses });
  expect(() => fewShotLogits(head, rows([1, 2], 2))).toThrow(
    "features of [batch, 6], not of [1,2]",
  );
});

test.each(golden.logistic)("logistic heads are scikit-learn's: strength $strength", (expected) => {
  const { strength } = expected;
  const { weight, bias } = fitLogisticHead({ features, labels, numClasses, strength });
  expect([weight.shape, bias.shape]).toEqual([[3, 6], [3]]);
  expect(worstDifference(weight.data, expected.weight)).toBeLessThan(1e-4);
  const mean = bias.data.reduce((a, b) => a + b) / 3;
  expect(
    worstDifference(
      bias.data.map((each) => each - mean),
      expected.bias,
    ),
  ).toBeLessThan(1e-4);
});

test("a sample that weighs two counts as two, and one that weighs none as none", () => {
  const [first, ...others] = Array.from(labels);
  const { data } = features;
  const twice = { ...rows([...data.subarray(0, 6), ...data], 6) };
  const given = fitLogisticHead({ features: twice, labels: [first!, ...labels], numClasses });
  const sampleWeight = [2, ...others.map(() => 1)];
  const weighted = fitLogisticHead({ features, labels, numClasses, sampleWeight });
  expect(worstDifference(weighted.weight.data, given.weight.data)).toBeLessThan(1e-5);
  const without = fitLogisticHead({
    features: rows(data.subarray(6), 6),
    labels: others,
    numClasses,
  });
  const ignored = fitLogisticHead({
    features,
    labels,
    numClasses,
    sampleWeight: [0, ...others.map(() => 1)],
  });
  expect(worstDifference(ignored.weight.data, without.weight.data)).toBeLessThan(1e-5);
});

test("a logistic head ends where it began when nothing is left to learn", () => {
  const head = fitLogisticHead({ features, labels, numClasses });
  const again = fitLogisticHead({ features, labels, numClasses, start: head });
  expect(worstDifference(again.weight.data, head.weight.data)).toBeLessThan(1e-6);
  const rough = fitLogisticHead({ features, labels, numClasses, tolerance: 1e-2 });
  expect(worstDifference(rough.weight.data, head.weight.data)).toBeLessThan(0.05);
});

test("a logistic head says what it can't be fitted to", () => {
  const fit =
    (given: ArrayLike<number>, classes = 3) =>
    () =>
      fitLogisticHead({ features, labels: given, numClasses: classes });
  expect(fit([0, 1])).toThrow("not [20,6] and 2 labels");
  expect(fit(labels, 2)).toThrow("The label 2 is outside the 2 classes");
});
