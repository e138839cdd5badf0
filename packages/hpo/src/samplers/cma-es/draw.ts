import type { Random } from "../../random.js";
import type { Parameter } from "../../space/parameter.js";
import { levelsOf } from "../../space/unit.js";
import { applyInto, type Distribution } from "./update.js";

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

type Drawing = {
  readonly distribution: Distribution;
  readonly stretch: readonly number[];
  readonly source: Random;
};

/**
 * What writes points of the distribution within [0, 1] to an array, one a call; where a hundred draws miss it,
 * the last one moved to its bounds.
 */
export function pointWriter(drawing: Drawing): (point: Float64Array) => void {
  const round = new Float64Array(drawing.distribution.mean.length);
  return (point) => {
    for (let draw = 0; draw < MOST_DRAWS; draw++) {
      drawing.source.fillNormal(round);
      if (writePoint(point, round, drawing)) return;
    }
    for (let at = 0; at < point.length; at++) point[at] = Math.min(1, Math.max(0, point[at]!));
  };
}

/** Whether the point is within [0, 1]. */
function writePoint(
  point: Float64Array,
  round: Float64Array,
  { distribution: { mean, sigma, spread }, stretch }: Drawing,
): boolean {
  applyInto(point, spread, round);
  let isWithin = true;
  for (let at = 0; at < point.length; at++) {
    const value = mean[at]! + sigma * stretch[at]! * point[at]!;
    point[at] = value;
    if (value < 0 || value > 1) isWithin = false;
  }
  return isWithin;
}
