import type { Parameter } from "../../space/parameter.js";
import type { Space } from "../../space/space.js";
import { levelsOf } from "../../space/unit.js";
import type { Point } from "../encode.js";
import { type Parzen, parzen } from "./parzen.js";

/** The deviation of kernels after ten trials, and how fast it falls with their number. */
const FIRST_WIDTH = 0.2;
const NARROWING = 0.8;
const LEAST_WIDTH = 1e-3;

/** What the even kernel weighs beside those of points. */
const EVEN_WEIGHT = 0.3;

/**
 * A mixture about points whose kernels narrow with all trials there are, not with its own points: what is
 * far from every trial is tried first, what is near the best ones later. A thousandth of a range is the
 * least, and half a step where there are steps.
 */
export function estimate({
  space,
  points,
  trials,
}: {
  readonly space: Space;
  readonly points: readonly Point[];
  readonly trials: number;
}): Parzen {
  const parameters = Object.values(space.parameters);
  const widths = Float64Array.from(parameters, (parameter) =>
    widthOf(parameter, { trials, points: points.length }),
  );
  const weights = new Float64Array(points.length).fill(1);
  return parzen({ parameters, points, widths, weights, evenWeight: EVEN_WEIGHT });
}

function widthOf(
  parameter: Parameter,
  { trials, points }: { readonly trials: number; readonly points: number },
): number {
  const levels = levelsOf(parameter);
  if (parameter.kind === "choice") return levels / (points + levels);
  const width = FIRST_WIDTH * Math.min(1, (trials / 10) ** -NARROWING);
  return Math.max(width, LEAST_WIDTH, 0.5 / levels);
}
