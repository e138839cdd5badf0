import type { Random } from "../../random.js";
import type { Parameter } from "../../space/parameter.js";
import { levelsOf } from "../../space/unit.js";
import type { Distribution } from "./update.js";

/** So many draws miss the space only where the distribution has left it. */
const MOST_DRAWS = 100;

/** A number with steps varies by at least this part of one, so that its neighbours stay in reach. */
const LEAST_PART = 0.3;

/** A point of the distribution within [0, 1]; where a hundred draws miss it, the last one moved to its bounds. */
export function drawPoint(
  distribution: Distribution,
  { parameters, source }: { readonly parameters: readonly Parameter[]; readonly source: Random },
): Float64Array {
  const stretch = parameters.map((parameter, at) => {
    const own = distribution.sigma * Math.sqrt(distribution.covariance.get(at, at));
    return Math.max(1, LEAST_PART / levelsOf(parameter) / own);
  });
  let point = distribution.mean;
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    point = drawAnywhere(distribution, { stretch, source });
    if (point.every((x) => x >= 0 && x <= 1)) return point;
  }
  return point.map((x) => Math.min(1, Math.max(0, x)));
}

function drawAnywhere(
  { mean, sigma, basis, scales }: Distribution,
  { stretch, source }: { readonly stretch: readonly number[]; readonly source: Random },
): Float64Array {
  const along = scales.map((scale) => scale * source.normal());
  return mean.map((x, at) => {
    let step = 0;
    for (let axis = 0; axis < along.length; axis++) step += basis.get(at, axis) * along[axis]!;
    return x + sigma * stretch[at]! * step;
  });
}
