import { expect, test } from "vitest";
import { type Descent, minimize } from "./minimize.js";

/** Sum of scale (x - centre)^2 / 2. */
const bowl =
  (scales: readonly number[], centre: readonly number[]): Descent =>
  (at, gradient) => {
    const gaps = at.map((x, i) => x - centre[i]!);
    gaps.forEach((gap, i) => {
      gradient[i] = scales[i]! * gap;
    });
    return gaps.reduce((sum, gap, i) => sum + (scales[i]! * gap * gap) / 2, 0);
  };

test("finds the bottom of a bowl that is a million times steeper one way than another", () => {
  const centre = [3, -2, 0.5, 7, -4];
  const found = minimize(bowl([1, 1e6, 30, 1e3, 1e-1], centre), new Float64Array(5));
  for (const [i, x] of found.entries()) expect(x).toBeCloseTo(centre[i]!, 6);
});

test("stays where the gradient is 0, and leaves the start as it was", () => {
  const start = Float64Array.of(1, 2);
  expect(minimize(bowl([1, 2], [1, 2]), start)).toEqual(start);
  minimize(bowl([1, 2], [5, 5]), start);
  expect(start).toEqual(Float64Array.of(1, 2));
});

test("with the curvature known, the bottom is one step away", () => {
  const scales = [1, 1e6, 30];
  let calls = 0;
  const f = bowl(scales, [3, -2, 0.5]);
  const counted: Descent = (at, gradient) => {
    calls++;
    return f(at, gradient);
  };
  const at = () => (gradient: Float64Array) => gradient.map((slope, i) => slope / scales[i]!);
  const found = minimize(counted, new Float64Array(3), { precondition: { after: 0, at } });
  expect(found[1]).toBeCloseTo(-2, 9);
  expect(calls).toBe(2);
});
