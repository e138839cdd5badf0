import { GraftError } from "@graft-ml/core";
import type { Domains } from "../align/alignment.js";
import { covariance } from "../linalg/moments.js";
import { requireRows } from "./check-domains.js";

/** Wider features have covariances of more than 1 GiB. */
const MOST_FEATURES = 11_585;

/**
 * CORAL's distance |Cs - Ct|^2 / 4 D^2 of the covariances of features (N, D) and (M, D) (Sun and Saenko
 * 2016, equation 1). It grows with the fourth power of the features' scale. Throws as `measureShift`, and
 * `config-invalid` for covariances above 1 GiB.
 */
export function coralDistance(domains: Domains): number {
  requireRows(domains, 2);
  const size = domains.source.columns;
  if (size > MOST_FEATURES) {
    throw new GraftError(
      "config-invalid",
      `The covariance of ${size} features takes ${8 * size ** 2} bytes. Pool features to ${MOST_FEATURES} or fewer.`,
      { details: { size } },
    );
  }
  const [source, target] = [covariance(domains.source), covariance(domains.target)];
  const squares = source.data.reduce((sum, value, at) => sum + (value - target.data[at]!) ** 2, 0);
  return squares / (4 * size ** 2);
}
