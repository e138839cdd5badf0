import { gram, type Matrix, transpose } from "@graft-ml/core/linalg";
import { symmetricEigen } from "../linalg/eigen.js";
import { checkChances } from "./inputs.js";

/**
 * Batch nuclear norm (Cui et al. 2020, equation 8): the sum of the singular values of probabilities
 * (N, C), over sqrt(N min(N, C)), its upper bound, so 0 to 1. 1 is sure of every row with all classes as
 * frequent. Throws `dataset-invalid` for rows that are no probabilities.
 */
export function nuclearNormScore(matrix: Matrix): number {
  checkChances(matrix);
  const { rows, columns } = matrix;
  const { values } = symmetricEigen(gram(rows < columns ? transpose(matrix) : matrix));
  const norm = values.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
  return norm / Math.sqrt(rows * Math.min(rows, columns));
}
