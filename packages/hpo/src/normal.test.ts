import { expect, test } from "vitest";
import { normalBelow, normalDensity } from "./normal.js";

test("the normal distribution's parts are those of scipy.stats.norm", () => {
  expect(normalDensity(0)).toBeCloseTo(0.3989422804014327, 15);
  const known: readonly (readonly [number, number])[] = [
    [0, 0.5],
    [1, 0.8413447460685429],
    [-1.5, 0.06680720126885807],
    [3, 0.9986501019683699],
    [-4.9, 4.791832765903198e-7],
    [-5.1, 1.6982674071475937e-7],
    [-10, 7.619853024160489e-24],
    [6, 0.9999999990134123],
  ];
  for (const [x, part] of known) expect(normalBelow(x) / part).toBeCloseTo(1, 9);
});
