import { expect, test } from "vitest";
import { fitTemperature, softmax } from "../metrics/temperature.js";
import { predictedClasses } from "../metrics.js";
import { normalValues } from "../random.js";
import { readGolden, worstDifference } from "../testing/golden.js";
import type { HostTensor } from "../weights/host-tensor.js";
import {
  type FewShotHead,
  fewShotLogits,
  fewShotProbabilities,
  linearFromPrototypes,
} from "./few-shot-head.js";
import { fitFewShotHead } from "./fit-few-shot-head.js";

const golden = readGolden<{
  dimensions: number;
  labels: number[];
  features: number[];
  queries: number[];
  centroids: number[];
  predicted: number[];
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

test("with euclidean distance the head is a linear layer with the same probabilities", () => {
  const head = fitFewShotHead({ features, labels, numClasses });
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
});

test.each(["euclidean", "cosine"] as const)(
  "%s: the temperature is fitted on samples judged by heads fitted without them",
  (distance) => {
    const all = labels.map((_, row) => row);
    const judged = all.flatMap((row) => {
      const kept = all.filter((other) => other !== row);
      const others = rows(kept.flatMap((k) => golden.features.slice(k * 6, k * 6 + 6)));
      const head = fitFewShotHead({
        features: others,
        labels: kept.map((k) => labels[k]!),
        numClasses,
        distance,
        temperature: 1,
      });
      return [...fewShotLogits(head, rows(golden.features.slice(row * 6, row * 6 + 6)))];
    });
    const { temperature } = fitTemperature({ scores: judged, labels, numClasses });
    const head = fitFewShotHead({ features, labels, numClasses, distance });
    expect(head.calibrated).toBe(true);
    expect(Math.abs(head.temperature / temperature - 1)).toBeLessThan(1e-4);
  },
);

test("cosine does not see how long a feature is", () => {
  const head = fitFewShotHead({ features, labels, numClasses, distance: "cosine" });
  const scale = (factor: number) => rows(golden.queries.map((value) => value * factor));
  const plain = fewShotProbabilities(head, queries);
  expect(worstDifference(fewShotProbabilities(head, scale(7)), plain)).toBeLessThan(1e-6);
  const nowhere = fewShotProbabilities(head, rows(new Array(6).fill(0)));
  expect(worstDifference(nowhere, [1 / 3, 1 / 3, 1 / 3])).toBeLessThan(1e-6);
  expect(() => linearFromPrototypes(head)).toThrow(/cosine distance is no linear layer/);
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

test("one sample a class gives a head whose temperature is said to be a guess", () => {
  const one = clouds(1, 3);
  const head: FewShotHead = fitFewShotHead(one);
  expect(head.calibrated).toBe(false);
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
