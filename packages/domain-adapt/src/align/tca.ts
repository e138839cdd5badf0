import {
  cholesky,
  gram,
  type Matrix,
  multiply,
  rowOf,
  solveLower,
  solveUpper,
  stackRows,
  takeRows,
  transpose,
  zeros,
} from "@graft-ml/core/linalg";
import { symmetricEigen } from "../linalg/eigen.js";
import { centred, columnMeans, withRidge } from "../linalg/moments.js";
import { type Alignment, checkDomains, type Domains } from "./alignment.js";
import { gaussianKernel, kernelWidth } from "./kernel.js";
import { checkMemory, type MemoryOptions } from "./memory.js";
import { checkDimensions } from "./subspace.js";

export type TcaOptions = MemoryOptions & {
  /** Components. Default 20, or as many features as there are. */
  dimensions?: number;
  /** mu of the paper: what holds the components short. Default 1. */
  ridge?: number;
  /** "linear" works on the features themselves and takes any number of rows. Default "linear". */
  kernel?: "linear" | "gaussian";
  /** Deviation of the Gaussian kernel. Default: the median distance of rows. */
  width?: number;
};

/**
 * Transfer component analysis (Pan et al. 2011, equation 5): the components of most variance in which the
 * means of the domains are close, the leading eigenvectors of `(KLK + mu I)^-1 KHK`, or of
 * `(X'LX + mu I)^-1 X'HX` for the linear kernel. L is divided by its norm, so that `ridge` means the same
 * for any number of rows. Rows should be of length 1. Throws `config-invalid` for dimensions that can't be
 * had and for a kernel that is larger than the memory, and as `checkDomains` does.
 */
export async function tca(domains: Domains, options: TcaOptions = {}): Promise<Alignment> {
  checkDomains(domains);
  const { source, target } = domains;
  const rows = stackRows(source, target);
  if (options.kernel !== "gaussian") {
    const weight = components(rows, source.rows, options);
    const bias = new Float64Array(weight.columns);
    return { ...parted(multiply(rows, weight), source.rows), map: { weight, bias } };
  }
  checkMemory(
    "TCA with a Gaussian kernel",
    { rows: rows.rows, columns: rows.rows, matrices: 6 },
    options,
  );
  const kernel = gaussianKernel(rows, rows, options.width ?? kernelWidth(rows));
  return parted(multiply(kernel, components(kernel, source.rows, options)), source.rows);
}

/** In columns: of all rows (N, D), of which the first are the source's. */
function components(rows: Matrix, sourceRows: number, options: TcaOptions): Matrix {
  const { dimensions = Math.min(20, rows.columns), ridge = 1 } = options;
  checkDimensions(dimensions, Math.min(rows.columns, rows.rows - 1));
  const lower = cholesky(withRidge(discrepancy(rows, sourceRows), ridge));
  // (B, A) with B = LL': eigenvectors of L^-1 A L^-T, then back by L^-T.
  const half = solveLower(lower, gram(centred(rows)));
  const { vectors } = symmetricEigen(solveLower(lower, transpose(half)));
  const leading = takeRows(vectors, [...Array(dimensions).keys()]);
  return solveUpper(lower, transpose(leading));
}

/** X'LX with L of norm 1: the outer product of the difference of means, over the norm of `ee'`. */
function discrepancy(rows: Matrix, sourceRows: number): Matrix {
  const { source, target } = parted(rows, sourceRows);
  const [own, other] = [columnMeans(source), columnMeans(target)];
  const norm = 1 / source.rows + 1 / target.rows;
  const outer = zeros(rows.columns, rows.columns);
  for (let i = 0; i < rows.columns; i++) {
    const scale = (own[i]! - other[i]!) / norm;
    const row = rowOf(outer, i);
    for (let j = 0; j < rows.columns; j++) row[j] = scale * (own[j]! - other[j]!);
  }
  return outer;
}

function parted({ rows, columns, data }: Matrix, sourceRows: number): Domains {
  const end = sourceRows * columns;
  return {
    source: { rows: sourceRows, columns, data: data.subarray(0, end) },
    target: { rows: rows - sourceRows, columns, data: data.subarray(end) },
  };
}
