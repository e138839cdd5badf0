import { expect, it } from "vitest";
import { paceOf } from "./pace.js";

const phases = [
  { name: "head", epochs: 2 },
  { name: "all", epochs: 3 },
];

it("counts updates and epochs over all phases", () => {
  const pace = paceOf(phases, 4);
  expect(pace).toMatchObject({ steps: 20, epochs: 5 });
  pace.begin("all");
  expect(pace.step(1)).toBe(9);
  expect(pace.epoch(1)).toBe(3);
});

it("takes later phases to be as fast as this one at least", () => {
  const pace = paceOf(phases, 4);
  pace.begin("head");
  expect(pace.left(2, 12)).toEqual({ seconds: 12 + 12 * 2, atLeast: true });
  expect(pace.left(8, 0)).toEqual({ seconds: 12 * 2, atLeast: true });
  pace.begin("all");
  expect(pace.left(4, 40)).toEqual({ seconds: 40, atLeast: false });
});
