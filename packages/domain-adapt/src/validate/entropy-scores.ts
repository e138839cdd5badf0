import { type Matrix, rowOf } from "@graft-ml/core/linalg";
import { columnMeans } from "../linalg/moments.js";
import { checkChances } from "./inputs.js";

/**
 * How sure a model is of target rows: minus the mean entropy of its probabilities (N, C), in nats, so
 * between -log C and 0. A model that takes all for one class scores best: never choose by it alone.
 * Throws `dataset-invalid` for rows that are no probabilities.
 */
export function entropyScore(probabilities: Matrix): number {
  checkChances(probabilities);
  return -meanEntropy(probabilities);
}

/**
 * Mutual information of target rows and their predicted classes: the entropy of the mean probabilities
 * less the mean entropy of (N, C), 0 to log C (Shi and Sha 2012, equation 6; Musgrave et al. 2021).
 * Sure of each row and fair to all classes is best. Throws `dataset-invalid`.
 */
export function informationScore(probabilities: Matrix): number {
  checkChances(probabilities);
  return entropyOf(columnMeans(probabilities)) - meanEntropy(probabilities);
}

/** In nats; a chance of 0 adds nothing. */
const entropyOf = (chances: Float64Array): number =>
  chances.reduce((sum, chance) => (chance > 0 ? sum - chance * Math.log(chance) : sum), 0);

function meanEntropy(matrix: Matrix): number {
  let sum = 0;
  for (let row = 0; row < matrix.rows; row++) sum += entropyOf(rowOf(matrix, row));
  return sum / matrix.rows;
}
