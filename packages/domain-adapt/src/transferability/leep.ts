import type { Matrix } from "@graft-ml/core/linalg";
import { checkProbabilities } from "../linalg/check-probabilities.js";
import { classRows, groupMeans } from "./class-rows.js";

/**
 * Log expected empirical prediction, 0 at most: the mean of log sum_z p(y | z) p(z | x) over samples, for a
 * source model's probabilities (N, Z) of the target's samples (Nguyen et al. 2020). Higher is better.
 * Throws `dataset-invalid` for rows that are no probabilities, or for one class.
 */
export function leep(
  probabilities: Matrix,
  options: {
    /** Class numbers of the target (N). */
    readonly labels: ArrayLike<number>;
  },
): number {
  checkProbabilities(probabilities);
  const groups = classRows(probabilities, options.labels);
  const { rows, columns, data } = probabilities;
  // The joint shares of the target's classes and the source's (C, Z), then given the source's.
  const joint = groupMeans(probabilities, groups).data.map((mean, at) => {
    return (mean * groups[Math.floor(at / columns)]!.length) / rows;
  });
  const marginal = new Float64Array(columns);
  joint.forEach((share, at) => {
    marginal[at % columns]! += share;
  });
  const given = joint.map((share, at) => share / (marginal[at % columns]! || 1));
  let sum = 0;
  groups.forEach((members, group) => {
    for (const row of members) {
      let expected = 0;
      for (let z = 0; z < columns; z++) {
        expected += given[group * columns + z]! * data[row * columns + z]!;
      }
      sum += Math.log(expected);
    }
  });
  return sum / rows;
}
