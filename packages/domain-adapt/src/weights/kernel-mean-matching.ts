import { type Matrix, rowOf, stackRows } from "@graft-ml/core/linalg";
import { checkDomains, type Domains } from "../align/alignment.js";
import { gaussianKernel, kernelWidth } from "../align/kernel.js";
import { checkMemory, type MemoryOptions } from "../align/memory.js";

export type KernelMeanOptions = MemoryOptions & {
  /** Deviation of the Gaussian kernel. Default: the median distance of rows. */
  width?: number;
  /** B of the paper: the largest weight. Default 1000. */
  most?: number;
  /** Epsilon of the paper: how far the mean weight may be from 1. Default `(sqrt(N) - 1) / sqrt(N)`. */
  slack?: number;
  /** Steps at most. Default 5000. */
  steps?: number;
};

/** A change of a weight that counts as none. */
const TOLERANCE = 1e-8;

/**
 * Weights of the source's rows by which its mean in a kernel's space is the target's (Huang et al. 2006,
 * equation 12): the minimum of `b'Kb / 2 - k'b` with `0 <= b <= B` and a mean near 1, by projected gradients
 * with momentum (Beck and Teboulle 2009). Throws `config-invalid` for kernels larger than the memory, and as
 * `checkDomains` does.
 */
export function kernelMeanMatching(
  domains: Domains,
  options: KernelMeanOptions = {},
): Float64Array {
  checkDomains(domains);
  const { source, target } = domains;
  const count = source.rows;
  const columns = count + target.rows;
  checkMemory("Kernel mean matching", { rows: count, columns, matrices: 2 }, options);
  const { width = kernelWidth(stackRows(source, target)), most = 1000, steps = 5000 } = options;
  const { slack = (Math.sqrt(count) - 1) / Math.sqrt(count) } = options;
  const kernel = gaussianKernel(source, source, width);
  const across = gaussianKernel(source, target, width);
  const pull = Float64Array.from({ length: count }, (_, row) => {
    return (count / target.rows) * rowOf(across, row).reduce((sum, value) => sum + value, 0);
  });
  const box = { most, least: count * (1 - slack), greatest: count * (1 + slack) };
  return minimum({ kernel, pull }, { box, steps });
}

type Quadratic = { readonly kernel: Matrix; readonly pull: Float64Array };

/** Weights from 0 to `most` whose sum is between two bounds. */
type Box = { readonly most: number; readonly least: number; readonly greatest: number };

/** Momentum begins anew where it leads uphill (O'Donoghue and Candes 2015). */
function minimum(
  { kernel, pull }: Quadratic,
  { box, steps }: { box: Box; steps: number },
): Float64Array {
  const rate = 1 / largestEigenvalue(kernel);
  let at = projected(new Float64Array(pull.length).fill(1), box);
  let ahead = at;
  let momentum = 1;
  for (let step = 0; step < steps; step++) {
    const slope = times(kernel, ahead);
    const lower = ahead.map((weight, row) => weight - rate * (slope[row]! - pull[row]!));
    const next = projected(lower, box);
    const change = next.map((weight, row) => weight - ahead[row]!);
    if (change.every((each) => Math.abs(each) < TOLERANCE)) return next;
    const moved = next.map((weight, row) => weight - at[row]!);
    const isUphill = change.reduce((sum, each, row) => sum + each * moved[row]!, 0) < 0;
    const grown = isUphill ? 1 : (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    const push = isUphill ? 0 : (momentum - 1) / grown;
    ahead = next.map((weight, row) => weight + push * moved[row]!);
    [at, momentum] = [next, grown];
  }
  return at;
}

const times = (matrix: Matrix, vector: Float64Array): Float64Array =>
  Float64Array.from({ length: matrix.rows }, (_, row) => {
    const values = rowOf(matrix, row);
    let sum = 0;
    for (let column = 0; column < values.length; column++) sum += values[column]! * vector[column]!;
    return sum;
  });

/** By powers of the matrix, and a little above. */
function largestEigenvalue(matrix: Matrix): number {
  let vector = new Float64Array(matrix.rows).fill(1 / Math.sqrt(matrix.rows));
  let length = 1;
  for (let round = 0; round < 30; round++) {
    const next = times(matrix, vector);
    length = Math.sqrt(next.reduce((sum, value) => sum + value * value, 0)) || 1;
    vector = next.map((value) => value / length);
  }
  return length * 1.01;
}

/** The nearest weights in the box: all are moved by one number, which halving finds, where their sum is outside. */
function projected(weights: Float64Array, { most, least, greatest }: Box): Float64Array {
  const moved = (by: number) => weights.map((weight) => Math.min(most, Math.max(0, weight + by)));
  const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
  const start = moved(0);
  const total = sum(start);
  if (total >= least && total <= greatest) return start;
  const wanted = total < least ? least : greatest;
  const reach = weights.reduce((far, weight) => Math.max(far, Math.abs(weight)), most);
  let [low, high] = [-reach, reach];
  for (let round = 0; round < 100 && high - low > 1e-14 * reach; round++) {
    const middle = (low + high) / 2;
    if (sum(moved(middle)) < wanted) low = middle;
    else high = middle;
  }
  return moved((low + high) / 2);
}
