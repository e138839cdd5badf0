import { fitLogisticHead } from "@graft-ml/core";
import { checkDomains, type Domains } from "../align/alignment.js";
import { featuresOf, type Matrix, rowOf, stackRows } from "../linalg/matrix.js";
import { zScores } from "../linalg/scaling.js";
import { withMean } from "./mean-one.js";

export type DiscriminatorOptions = {
  /** scikit-learn's `C` of the logistic regression that tells the domains apart. Default 1 / rows. */
  strength?: number;
  /** The largest weight, in means. Default 20. */
  most?: number;
};

/**
 * Weights of the source's rows, of mean 1, by which they stand for the target: the odds with which a logistic
 * regression takes each for a row of the target (Bickel, Bruckner and Scheffer 2007, equation 5). Throws as
 * `checkDomains` does.
 */
export function discriminatorWeights(
  domains: Domains,
  options: DiscriminatorOptions = {},
): Float64Array {
  checkDomains(domains);
  const { source, target } = domains;
  const rows = zScores(stackRows(source, target));
  const { strength = 1 / rows.rows, most = 20 } = options;
  const labels = Uint8Array.from({ length: rows.rows }, (_, at) => (at < source.rows ? 0 : 1));
  const head = fitLogisticHead({ features: featuresOf(rows), labels, numClasses: 2, strength });
  const logOdds = logitsOf(rows, head);
  const odds = Float64Array.from({ length: source.rows }, (_, row) => Math.exp(logOdds[row]!));
  return withMean(odds, { mean: 1, most });
}

function logitsOf(
  rows: Matrix,
  { weight, bias }: ReturnType<typeof fitLogisticHead>,
): Float64Array {
  const { columns } = rows;
  return Float64Array.from({ length: rows.rows }, (_, row) => {
    const start = bias.data[1]! - bias.data[0]!;
    return rowOf(rows, row).reduce((sum, value, at) => {
      return sum + value * (weight.data[columns + at]! - weight.data[at]!);
    }, start);
  });
}
