import { GraftError } from "@graft-ml/core";
import { gram, type Matrix, transpose } from "@graft-ml/core/linalg";
import { medianDistance } from "../linalg/distances.js";
import { centred } from "../linalg/moments.js";

/** The largest kernel matrix that is made. */
const MOST_BYTES = 2 ** 30;

type Kernels = {
  /** The sum of all kernels (N, N). */
  readonly matrix: Matrix;
  /** The median of the distances between rows that are not 0. */
  readonly medianDistance: number;
  /** The deviation of each Gaussian. */
  readonly widths: readonly number[];
};

/** Sums of exp(-|a - b|^2 / 2 w^2) between all rows, over widths w in units of the median distance. */
export function kernelMatrix(rows: Matrix, multiples: readonly number[]): Kernels {
  const squares = ownSquares(rows);
  const median = medianDistance(upperTriangle(squares));
  const widths = multiples.map((multiple) => multiple * median);
  const factors = widths.map((width) => -1 / (2 * width * width));
  const { data } = squares;
  for (let i = 0; i < rows.rows; i++) {
    for (let j = 0; j <= i; j++) {
      const square = data[i * rows.rows + j]!;
      let sum = 0;
      for (const factor of factors) sum += Math.exp(factor * square);
      data[i * rows.rows + j] = data[j * rows.rows + i] = sum;
    }
  }
  return { matrix: squares, medianDistance: median, widths };
}

/** Throws `config-invalid` where the kernel matrix of so many rows of two domains is too large to make. */
export function checkKernelBytes(source: number, target: number): void {
  const bytes = 8 * (source + target) ** 2;
  if (bytes <= MOST_BYTES) return;
  const fits = Math.floor(Math.sqrt(MOST_BYTES / 8) / 2);
  throw new GraftError(
    "config-invalid",
    `The kernel matrix of ${source} and ${target} rows takes ${bytes} bytes, more than ${MOST_BYTES}. Draw a random subset: set maxRows to ${fits} or less.`,
    { details: { bytes, most: MOST_BYTES, maxRows: fits } },
  );
}

/** Squared distances between all rows: about their mean, so that little is lost to rounding. */
function ownSquares(rows: Matrix): Matrix {
  const products = gram(transpose(centred(rows)));
  const { rows: count, data } = products;
  const lengths = Float64Array.from({ length: count }, (_, row) => data[row * (count + 1)]!);
  for (let i = 0, at = 0; i < count; i++) {
    for (let j = 0; j < count; j++, at++) {
      data[at] = Math.max(0, lengths[i]! + lengths[j]! - 2 * data[at]!);
    }
  }
  return products;
}

/** What stands above the diagonal, in one row. */
function upperTriangle({ rows, data }: Matrix): Matrix {
  const upper = new Float64Array((rows * (rows - 1)) / 2);
  for (let row = 0, at = 0; row < rows; at += rows - row - 1, row++) {
    upper.set(data.subarray(row * rows + row + 1, (row + 1) * rows), at);
  }
  return { rows: 1, columns: upper.length, data: upper };
}
