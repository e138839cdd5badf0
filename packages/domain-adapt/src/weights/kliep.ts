import { permutation } from "@graft-ml/core";
import { type Matrix, rowOf, stackRows, takeRows } from "@graft-ml/core/linalg";
import { checkDomains, type Domains } from "../align/alignment.js";
import { gaussianKernel, kernelWidth } from "../align/kernel.js";
import { checkMemory, type MemoryOptions } from "../align/memory.js";

export type KliepOptions = MemoryOptions & {
  /** Deviation of the Gaussian kernels. Default: the median distance of rows. */
  width?: number;
  /** Rows of the target that kernels stand on, drawn. Default 100, or all. */
  centres?: number;
  /** Updates at most. Default 5000. */
  steps?: number;
  /** Draws the centres. Default 0. */
  seed?: number;
};

/** A gain of the mean log-density that counts as none. */
const TOLERANCE = 1e-10;

/**
 * Weights of the source's rows, of mean 1, as a sum of kernels that is the ratio of the densities (KLIEP,
 * Sugiyama et al. 2008, equation 9): the target's mean log-ratio is the largest there is. The problem is
 * concave in the kernels' heights, and is climbed by the EM step for the weights of a mixture. Throws
 * `config-invalid` for kernels larger than the memory, and as `checkDomains` does.
 */
export function kliep(domains: Domains, options: KliepOptions = {}): Float64Array {
  checkDomains(domains);
  const { source, target } = domains;
  const { width = kernelWidth(stackRows(source, target)), steps = 5000, seed = 0 } = options;
  const count = Math.min(options.centres ?? 100, target.rows);
  const size = { rows: source.rows + target.rows, columns: count, matrices: 2 };
  checkMemory("KLIEP", size, options);
  const centres = takeRows(target, permutation(seed, 0, target.rows).subarray(0, count));
  const own = gaussianKernel(source, centres, width);
  const means = columnMeansOf(own);
  const heights = climbed(gaussianKernel(target, centres, width), { means, steps });
  return Float64Array.from({ length: own.rows }, (_, row) => sumOf(rowOf(own, row), heights));
}

/** The heights at which the mean log of the target's sums is largest, while the source's mean sum is 1. */
function climbed(
  kernel: Matrix,
  { means, steps }: { means: Float64Array; steps: number },
): Float64Array {
  // As shares of the source's mean sum, heights are the weights of a mixture.
  const scales = means.map((mean) => 1 / Math.max(mean, Number.MIN_VALUE));
  let shares = new Float64Array(kernel.columns).fill(1 / kernel.columns);
  let value = Number.NEGATIVE_INFINITY;
  for (let step = 0; step < steps; step++) {
    const heights = shares.map((share, at) => share * scales[at]!);
    const drawn = new Float64Array(kernel.columns);
    let now = 0;
    for (let row = 0; row < kernel.rows; row++) {
      const values = rowOf(kernel, row);
      const sum = sumOf(values, heights);
      now += Math.log(sum) / kernel.rows;
      for (let at = 0; at < drawn.length; at++) drawn[at]! += values[at]! / sum;
    }
    shares = heights.map((height, at) => (height * drawn[at]!) / kernel.rows);
    if (now - value < TOLERANCE) break;
    value = now;
  }
  return shares.map((share, at) => share * scales[at]!);
}

function sumOf(values: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at]! * weights[at]!;
  return sum;
}

function columnMeansOf(kernel: Matrix): Float64Array {
  const means = new Float64Array(kernel.columns);
  for (let row = 0; row < kernel.rows; row++) {
    rowOf(kernel, row).forEach((value, at) => {
      means[at]! += value / kernel.rows;
    });
  }
  return means;
}
