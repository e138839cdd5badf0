import { binaryCases } from "./gradient-cases/binary.js";
import type { GradientCase } from "./gradient-cases/case.js";
import { elementwiseCases } from "./gradient-cases/elementwise.js";
import { mapCases } from "./gradient-cases/map.js";
import { shapeCases } from "./gradient-cases/shape.js";

export { type GradientCase, makeInputs } from "./gradient-cases/case.js";

/** A small function for every gradient rule: an engine's gradients can be held against eager ones with it. */
export const gradientCases: readonly GradientCase[] = [
  ...elementwiseCases,
  ...binaryCases,
  ...shapeCases,
  ...mapCases,
];
