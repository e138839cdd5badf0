import { normalValues } from "@graft-ml/core";
import { type Matrix, measureShift } from "@graft-ml/domain-adapt";
import { expect, test } from "vitest";
import { shiftWords } from "./shift-words.js";

const table = (step: number, moved: number): Matrix => ({
  rows: 60,
  columns: 3,
  data: Float64Array.from(normalValues({ seed: 4, step, site: "test" }, 180), (x) => x + moved),
});

test("domains that lie apart, and those that don't, are told in words", () => {
  const apart = shiftWords(measureShift({ source: table(0, 0), target: table(1, 4) }));
  expect(apart[0]).toMatch(
    /^Shift: a line tells source from target in 100\.0 % .+ p below 0\.001: the domains can be told apart\. A-distance 2\.00,/,
  );
  expect(apart[1]).toMatch(/^MMD² \d\.\d+, p 0\.005: the features are distributed otherwise/);
  const alike = shiftWords(measureShift({ source: table(0, 0), target: table(1, 0) }));
  expect(alike[0]).toContain("can't credibly be told apart");
  expect(alike[1]).toContain("no more than between two halves of the same data");
});
