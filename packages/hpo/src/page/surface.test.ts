import { expect, test } from "vitest";
import { choice, float } from "../space/build.js";
import type { FinishedTrial } from "../trial.js";
import { surfaceOf } from "./surface.js";

const trialOf = (x: number, kind: string, value: number): FinishedTrial => ({
  number: 0,
  params: { x, kind },
  state: "complete",
  values: [value],
  reports: [],
});
const value = ({ values }: FinishedTrial) => values[0]!;
const x = { name: "x", parameter: float({ min: 0, max: 1 }) };
const kind = { name: "kind", parameter: choice(["a", "b"]) };

test("a field is the mean of the trials near it, and empty where there are none", () => {
  const trials = [trialOf(0.2, "a", 1), trialOf(0.3, "a", 3), trialOf(0.8, "b", 7)];
  const { across, up, values } = surfaceOf(trials, { x, y: kind, value });
  expect([across, up]).toEqual([28, 2]);
  const at = (place: number, row: number) => values[row * across + Math.floor(place * across)]!;
  // Half way between two trials both weigh the same.
  expect(at(0.25, 0)).toBeCloseTo(2, 0);
  expect(at(0.1, 0)).toBeLessThan(1.1);
  expect(at(0.8, 0)).toBeNaN();
  // The other value of the choice is no neighbour.
  expect(at(0.25, 1)).toBeNaN();
  expect(at(0.8, 1)).toBeCloseTo(7, 12);
});
