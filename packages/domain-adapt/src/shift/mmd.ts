import { GraftError, permutation } from "@graft-ml/core";
import { type Matrix, rowOf, stackRows } from "@graft-ml/core/linalg";
import type { Domains } from "../align/alignment.js";
import { checkCount, requireRows } from "./check-domains.js";
import { type DrawOptions, drawDomains, type RowCounts, rowCounts } from "./draw-rows.js";
import { checkKernelBytes, kernelMatrix } from "./kernel-matrix.js";

export type MmdOptions = Domains &
  DrawOptions & {
    /** Deviations of the Gaussians, in units of the median distance. Default 1/4, 1/2, 1, 2, 4. */
    readonly multiples?: readonly number[];
    /** Random divisions of all rows that the p-value is made of. Default 200. */
    readonly permutations?: number;
  };

export type Mmd = {
  /** Squared, without bias: about 0, on either side, where the domains are the same. */
  readonly unbiased: number;
  /** Squared, with a bias upwards: never below 0. */
  readonly biased: number;
  /** Chance of an `unbiased` at least as large where both domains are the same. */
  readonly p: number;
  readonly permutations: number;
  readonly medianDistance: number;
  /** The deviation of each Gaussian. */
  readonly widths: readonly number[];
  /** How many rows were used, and out of how many. */
  readonly rows: RowCounts;
  readonly allRows: RowCounts;
};

/** Sums of the kernel within the first rows, within the others and between them, with their diagonals. */
type Sums = { readonly first: number; readonly other: number; readonly between: number };

/** Sums are added in another order each time; what differs by less than this is equal. */
const ROUNDING = 1e-12;
/** The first two draws choose rows. */
const FIRST_EPOCH = 2;
const MULTIPLES: readonly number[] = [1 / 4, 1 / 2, 1, 2, 4];

/**
 * The squared maximum mean discrepancy of features (N, D) and (M, D) under a sum of Gaussian kernels
 * (Gretton et al. 2012, equations 3 and 5), and its permutation test. Throws as `measureShift`, and
 * `config-invalid` for a kernel matrix above 1 GiB.
 */
export function mmd(options: MmdOptions): Mmd {
  const { multiples = MULTIPLES, permutations = 200, seed = 0 } = options;
  requireRows(options, 2);
  checkMultiples(multiples);
  checkCount("permutations", permutations, 1);
  const drawn = drawDomains(options, options);
  const rows = rowCounts(drawn);
  checkKernelBytes(rows.source, rows.target);
  const kernels = kernelMatrix(stackRows(drawn.source, drawn.target), multiples);
  const sums = divider(kernels.matrix);
  const inOrder = Uint32Array.from({ length: kernels.matrix.rows }, (_, row) => row);
  const whole = sums(inOrder.subarray(0, rows.source));
  const unbiased = unbiasedOf(whole, { ...rows, own: multiples.length });
  let asFar = 0;
  for (let draw = 0; draw < permutations; draw++) {
    const order = permutation(seed, FIRST_EPOCH + draw, inOrder.length);
    const other = unbiasedOf(sums(order.slice(0, rows.source).sort()), {
      ...rows,
      own: multiples.length,
    });
    if (other >= unbiased - ROUNDING) asFar++;
  }
  return {
    unbiased,
    biased: biasedOf(whole, rows),
    p: (1 + asFar) / (1 + permutations),
    permutations,
    medianDistance: kernels.medianDistance,
    widths: kernels.widths,
    rows,
    allRows: rowCounts(options),
  };
}

/** Sums of a division, told by its first rows: the sums of whole rows give what is not added up. */
function divider(kernel: Matrix): (first: Uint32Array) => Sums {
  const rowSums = Float64Array.from({ length: kernel.rows }, (_, row) =>
    rowOf(kernel, row).reduce((sum, value) => sum + value, 0),
  );
  const all = rowSums.reduce((sum, value) => sum + value, 0);
  return (rows) => {
    let [first, touched] = [0, 0];
    for (let i = 0; i < rows.length; i++) {
      const start = rows[i]! * kernel.rows;
      touched += rowSums[rows[i]!]!;
      first += kernel.data[start + rows[i]!]!;
      let twice = 0;
      for (let j = 0; j < i; j++) twice += kernel.data[start + rows[j]!]!;
      first += 2 * twice;
    }
    const between = touched - first;
    return { first, between, other: all - first - 2 * between };
  };
}

/** Equation 3; `own` is the kernel of a row with itself. */
function unbiasedOf(
  sums: Sums,
  { source: n, target: m, own }: RowCounts & { own: number },
): number {
  const first = (sums.first - n * own) / (n * (n - 1));
  const other = (sums.other - m * own) / (m * (m - 1));
  return first + other - (2 * sums.between) / (n * m);
}

/** Equation 5. */
const biasedOf = (sums: Sums, { source: n, target: m }: RowCounts): number =>
  Math.max(0, sums.first / n ** 2 + sums.other / m ** 2 - (2 * sums.between) / (n * m));

function checkMultiples(multiples: readonly number[]): void {
  if (multiples.length > 0 && multiples.every((each) => each > 0 && Number.isFinite(each))) return;
  throw new GraftError(
    "config-invalid",
    `Kernels need widths above 0, not multiples [${multiples}] of the median distance. The default is 1/4, 1/2, 1, 2, 4.`,
    { details: { multiples } },
  );
}
