import { GraftError } from "@graft-ml/core";
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
import { drawRows } from "../linalg/draw-rows.js";
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
  /**
   * With the Gaussian kernel: components are made of kernels about so many rows, drawn alike from both domains,
   * and not about all of them, so that memory grows with the rows and not with their square. Default: all rows.
   */
  landmarks?: number;
  /** Of the draw of the landmarks. Default 0. */
  seed?: number;
};

/**
 * Transfer component analysis (Pan et al. 2011, equation 5): the components of most variance in which the
 * means of the domains are close, the leading eigenvectors of `(KLK + mu I)^-1 KHK`, or of
 * `(X'LX + mu I)^-1 X'HX` for the linear kernel. L is divided by its norm, so that `ridge` means the same
 * for any number of rows. Landmarks hold the paper's W to be 0 elsewhere. Rows should be of length 1. Throws `config-invalid` for dimensions that can't be
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
  const { landmarks = rows.rows, seed = 0 } = options;
  checkLandmarks(landmarks, rows.rows);
  checkMemory(
    "TCA with a Gaussian kernel",
    {
      rows: rows.rows,
      columns: landmarks,
      matrices: 6,
      instead: "`landmarks` such as 500, linear TCA",
    },
    options,
  );
  const width = options.width ?? kernelWidth(rows);
  const about = landmarks === rows.rows ? rows : drawLandmarks(domains, { landmarks, seed });
  const kernel = gaussianKernel(rows, about, width);
  return parted(multiply(kernel, components(kernel, source.rows, options)), source.rows);
}

function checkLandmarks(landmarks: number, rows: number): void {
  if (Number.isInteger(landmarks) && landmarks >= 2 && landmarks <= rows) return;
  throw new GraftError(
    "config-invalid",
    `There are ${landmarks} landmarks. Give a whole number from 2 to the ${rows} rows of both domains.`,
  );
}

/** Half of each domain's, or all rows of one that has fewer. */
function drawLandmarks(
  { source, target }: Domains,
  { landmarks, seed }: { landmarks: number; seed: number },
): Matrix {
  const half = Math.floor(landmarks / 2);
  const fromTarget = Math.min(target.rows, Math.max(half, landmarks - source.rows));
  return stackRows(
    drawRows(source, { most: landmarks - fromTarget, seed, epoch: 0 }),
    drawRows(target, { most: fromTarget, seed, epoch: 1 }),
  );
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
