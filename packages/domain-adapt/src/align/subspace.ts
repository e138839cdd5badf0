import { GraftError } from "@graft-ml/core";
import {
  type Matrix,
  multiply,
  multiplyTransposed,
  takeRows,
  transpose,
} from "@graft-ml/core/linalg";
import { symmetricEigen } from "../linalg/eigen.js";
import { type AlgebraOptions, hostAlgebra } from "../linalg/linear-algebra.js";
import { type Alignment, checkDomains, type Domains } from "./alignment.js";

export type SubspaceOptions = AlgebraOptions & {
  /** Principal axes of each domain. Default 20, or as many as there are. */
  dimensions?: number;
};

/**
 * Subspace alignment (Fernando et al. 2013, section 3.2): the principal axes of the source, turned towards
 * those of the target, `Xs Ps Ps' Pt` beside `Xt Pt`. Features should be z-scores. Throws `config-invalid`
 * for more axes than a domain has, and as `checkDomains` does.
 */
export async function subspaceAlignment(
  domains: Domains,
  options: SubspaceOptions = {},
): Promise<Alignment> {
  checkDomains(domains);
  const { algebra = hostAlgebra } = options;
  const { source, target } = domains;
  const most = Math.min(source.columns, source.rows - 1, target.rows - 1);
  const { dimensions = Math.min(20, most) } = options;
  checkDimensions(dimensions, most);
  const [own, other] = [
    principalAxes(await algebra.covariance(source), dimensions),
    principalAxes(await algebra.covariance(target), dimensions),
  ];
  // Axes lie in rows: Ps Ps' Pt of the paper is transpose(own) (own other').
  const turned = multiply(transpose(own), multiplyTransposed(own, other));
  const weight = transpose(other);
  return {
    source: await algebra.multiply(source, turned),
    target: await algebra.multiply(target, weight),
    map: { weight, bias: new Float64Array(dimensions) },
  };
}

/** Throws `config-invalid` for a number of dimensions outside 1 to `most`. */
export function checkDimensions(dimensions: number, most: number): void {
  if (Number.isInteger(dimensions) && dimensions >= 1 && dimensions <= most) return;
  throw new GraftError(
    "config-invalid",
    `${dimensions} dimensions can't be had: these rows have 1 to ${most}.`,
    { details: { dimensions, most } },
  );
}

/** In rows, the first axis first. */
const principalAxes = (covariance: Matrix, count: number): Matrix =>
  takeRows(symmetricEigen(covariance).vectors, [...Array(count).keys()]);
