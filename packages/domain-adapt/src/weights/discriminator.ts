import type { Domains } from "../align/alignment.js";
import { densityRatios } from "./density-ratios.js";
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
  const { source, target } = domains;
  const { strength = 1 / (source.rows + target.rows), most = 20 } = options;
  return withMean(densityRatios({ source, target, strength }), { mean: 1, most });
}
