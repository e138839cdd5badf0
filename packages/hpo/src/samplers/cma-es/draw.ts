import type { Random } from "../../random.js";
import type { Parameter } from "../../space/parameter.js";
import { levelsOf } from "../../space/unit.js";
import { applied, type Distribution } from "./update.js";

/** So many draws miss the space only where the distribution has left it. */
const MOST_DRAWS = 100;

/** A number with steps varies by at least this part of one, so that its neighbours stay in reach. */
const LEAST_PART = 0.3;

/** How much wider than the distribution each of its numbers is drawn. */
export const stretchOf = (
  { sigma, covariance }: Distribution,
  parameters: readonly Parameter[],
): readonly number[] =>
  parameters.map((parameter, at) => {
    const own = sigma * Math.sqrt(covariance.get(at, at));
    return Math.max(1, LEAST_PART / levelsOf(parameter) / own);
  });

type Drawing = { readonly stretch: readonly number[]; readonly source: Random };

/** A point of the distribution within [0, 1]; where a hundred draws miss it, the last one moved to its bounds. */
export function drawPoint(distribution: Distribution, drawing: Drawing): Float64Array {
  let point = distribution.mean;
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    point = drawAnywhere(distribution, drawing);
    if (point.every((x) => x >= 0 && x <= 1)) return point;
  }
  return point.map((x) => Math.min(1, Math.max(0, x)));
}

function drawAnywhere(
  { mean, sigma, spread }: Distribution,
  { stretch, source }: Drawing,
): Float64Array {
  const size = mean.length;
  const round = new Float64Array(size);
  for (let axis = 0; axis < size; axis++) round[axis] = source.normal();
  const point = applied(spread, round);
  for (let at = 0; at < size; at++) point[at] = mean[at]! + sigma * stretch[at]! * point[at]!;
  return point;
}
