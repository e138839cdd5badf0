import { expect, test } from "vitest";
import { readGolden } from "../testing/golden.js";
import { worstDifference } from "../testing/worst-difference.js";
import { type PlateauOptions, type PlateauState, plateauSchedule } from "./plateau.js";

const golden = readGolden<{ values: (number | null)[]; plateau: Record<string, number[]> }>(
  import.meta.url,
  "golden/craft.json",
);
const values = golden.values.map((value) => value ?? Number.NaN);

/** The states after each value; each goes through JSON, as in a checkpoint. */
function follow(options: PlateauOptions, seen: readonly number[]): PlateauState[] {
  const { start, next } = plateauSchedule(options);
  const states: PlateauState[] = [];
  for (const value of seen) {
    const state: PlateauState = JSON.parse(JSON.stringify(states.at(-1) ?? start));
    states.push(next(state, value));
  }
  return states;
}

test.each([
  ["patience", { patience: 1 }, values],
  ["options", { factor: 0.5, patience: 2, threshold: 0.05, cooldown: 2, minFactor: 0.2 }, values],
  [
    "absolute",
    { mode: "max", patience: 1, threshold: 0.02, thresholdMode: "absolute" },
    values.map((value) => 2 - value),
  ],
] as const)("%s: the rates of torch's ReduceLROnPlateau", (name, options, seen) => {
  const factors = follow(options, seen).map(({ factor }) => factor);
  const expected = golden.plateau[name]!;
  expect(worstDifference(factors, expected)).toBeLessThan(1e-12);
  expect(new Set(expected).size).toBeGreaterThan(2);
});

test("a factor that would not lower the rate is refused", () => {
  expect(() => plateauSchedule({ factor: 1 })).toThrow(/multiplies the rate by 1;/);
});
