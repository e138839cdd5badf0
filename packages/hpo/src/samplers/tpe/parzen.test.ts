import { expect, test } from "vitest";
import { randomOf } from "../../random.js";
import { choice, float } from "../../space/build.js";
import { readGolden } from "../../testing/golden.js";
import { drawNear, kernelWeights, logDensity, parzen } from "./parzen.js";

type Row = (number | null)[];
const golden = readGolden<{
  points: Row[];
  widths: number[];
  weights: number[];
  even: number;
  asked: Row[];
  logs: number[];
}>(import.meta.url, "golden/parzen.json");

const pointOf = (row: Row) => Float64Array.from(row, (value) => value ?? Number.NaN);
const unit = float({ min: 0, max: 1 });
const mixture = parzen({
  parameters: [unit, unit, choice(["a", "b", "c"])],
  points: golden.points.map(pointOf),
  widths: Float64Array.from(golden.widths),
  weights: golden.weights,
  evenWeight: golden.even,
});

test("log densities are those of scipy's truncated normals", () => {
  for (const [at, row] of golden.asked.entries()) {
    expect(logDensity(mixture, pointOf(row))).toBeCloseTo(golden.logs[at]!, 10);
  }
});

test("a density is 1 over the whole space", () => {
  const side = 60;
  let sum = 0;
  for (let x = 0; x < side; x++) {
    for (let y = 0; y < side; y++) {
      for (let value = 0; value < 3; value++) {
        const point = Float64Array.of((x + 0.5) / side, (y + 0.5) / side, value);
        sum += Math.exp(logDensity(mixture, point)) / side ** 2;
      }
    }
  }
  expect(sum).toBeCloseTo(1, 2);
});

test("without a known parameter the kernels weigh what they were given", () => {
  const nothing = new Float64Array(3).fill(Number.NaN);
  const weights = [...golden.weights, golden.even];
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (const [at, part] of kernelWeights(mixture, nothing).entries()) {
    expect(part).toBeCloseTo(weights[at]! / total, 12);
  }
});

test("draws have the mean and spread of a truncated normal", () => {
  const source = randomOf({ seed: 3, number: 0, site: "test" });
  const draws = Array.from({ length: 20_000 }, () => drawNear(unit, 0.5, { width: 0.1, source }));
  const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
  const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
  expect(mean).toBeCloseTo(0.5, 2);
  expect(Math.sqrt(variance)).toBeCloseTo(0.1, 2);
});
