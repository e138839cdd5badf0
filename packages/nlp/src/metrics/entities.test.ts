import { readGolden } from "@graft-ml/core/testing";
import { expect, test } from "vitest";
import { type EntityReport, entityReport } from "./entities.js";

type Case = {
  truth: string[];
  predicted: string[];
  lenient: Omit<EntityReport, "tokenAccuracy">;
  strict: Omit<EntityReport, "tokenAccuracy">;
};
const golden = readGolden<Record<"BIO" | "IOBES", Case>>(import.meta.url, "golden/entities.json");

const close = (value: unknown): unknown => {
  if (typeof value === "number") return expect.closeTo(value, 12);
  if (Array.isArray(value)) return value.map(close);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, close(each)]));
};

test.each(["BIO", "IOBES"] as const)(
  "%s tags, legal or not, score as by the reference",
  (scheme) => {
    const { truth, predicted, lenient, strict } = golden[scheme];
    const input = {
      truth: truth.map((tags) => tags.split(" ")),
      predicted: predicted.map((tags) => tags.split(" ")),
    };
    expect(entityReport(input)).toMatchObject(close(lenient) as object);
    expect(entityReport({ ...input, strict: scheme })).toMatchObject(close(strict) as object);
  },
);

test("the example of the seqeval README: a boundary that is off counts as nothing", () => {
  const report = entityReport({
    truth: [
      ["O", "O", "O", "B-MISC", "I-MISC", "I-MISC", "O"],
      ["B-PER", "I-PER", "O"],
    ],
    predicted: [
      ["O", "O", "B-MISC", "I-MISC", "I-MISC", "I-MISC", "O"],
      ["B-PER", "I-PER", "O"],
    ],
  });
  expect(report.f1).toBe(0.5);
  expect(report.types).toEqual([
    { type: "MISC", precision: 0, recall: 0, f1: 0, support: 1 },
    { type: "PER", precision: 1, recall: 1, f1: 1, support: 1 },
  ]);
  expect(report.tokenAccuracy).toBeCloseTo(0.8, 12);
});

test("nothing to find, and nothing found, is 0 and no NaN", () => {
  const report = entityReport({ truth: [["O", "O"]], predicted: [["O", "O"]] });
  expect(report).toMatchObject({ precision: 0, recall: 0, f1: 0, support: 0, types: [] });
});

test("lengths that differ are told", () => {
  expect(() => entityReport({ truth: [["O"], ["O"]], predicted: [["O"], []] })).toThrow(
    /Sentence 1 has 1 tags, but 0 predicted/,
  );
  expect(() => entityReport({ truth: [["O"]], predicted: [["O"], []] })).toThrow(
    /predictions for 2/,
  );
});
