import { expect, test } from "vitest";
import { readingConfig, readingOf } from "./reading.js";
import { chooseConfidence, confidenceOf, isRejected, rejectionJudge } from "./rejection.js";

/** Logits of two classes, the first ahead by this much. */
const ahead = (by: number) => Float32Array.from([by, 0]);
/** Sure and right, less sure and right, less and less sure and half of them wrong. */
const rows = [8, 7, 6, 5, 4, 1, 0.9, 0.8, 0.7].map(ahead);
const labels = [0, 0, 0, 0, 0, 1, 0, 1, 0];

test("the threshold accepts as many as it can with the wanted share of them right", () => {
  const search = chooseConfidence({ rows, labels, wanted: 0.95 });
  expect(search.chosen).toMatchObject({ count: 9, coverage: 5 / 9, precision: 1, wanted: 0.95 });
  expect(search.curve).toHaveLength(9);
  const rejection = search.chosen!;
  expect(rows.map((row) => isRejected(row, rejection))).toEqual(rows.map((_, i) => i > 4));
  const judge = rejectionJudge(rejection);
  const batch = {
    labels: { dtype: "int32", shape: [9], data: Int32Array.from(labels) },
    weight: { dtype: "float32", shape: [9], data: Float32Array.from([0, 1, 1, 1, 1, 1, 1, 1, 1]) },
  } as const;
  judge.add(batch, { data: Float32Array.from(rows.flatMap((row) => [...row])), width: 2 });
  expect(judge.end()).toEqual({ coverage: 0.5, accepted: 4, rejected: 4, acceptedAccuracy: 1 });
  expect(chooseConfidence({ rows, labels, wanted: 0.6 }).chosen?.coverage).toBe(1);
});

test("confidence is the highest probability at the temperature", () => {
  const { temperature, chosen } = chooseConfidence({ rows, labels, wanted: 0.95 });
  const by = 3;
  expect(confidenceOf(ahead(by), chosen!)).toBeCloseTo(1 / (1 + Math.exp(-by / temperature)), 6);
});

test("where all are right nothing is changed; where none of the surest are, nothing is chosen", () => {
  const sure = chooseConfidence({ rows, labels: labels.map(() => 0), wanted: 0.95 });
  expect([sure.temperature, sure.chosen?.coverage]).toEqual([1, 1]);
  const wrong = chooseConfidence({ rows, labels: labels.map(() => 1), wanted: 0.5 });
  expect(wrong.chosen).toBeNull();
});

test("a model's config keeps it", () => {
  const { chosen } = chooseConfidence({ rows, labels, wanted: 0.95 });
  const reading = { task: "image", rejection: chosen! } as const;
  const config = JSON.parse(JSON.stringify(readingConfig(reading)));
  expect(readingOf(config, { outputs: 2, modality: "pictures" })).toEqual(reading);
});
