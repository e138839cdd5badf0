import { type LabelledRows, rowOf } from "./class-means.js";
import { dot } from "./few-shot-head.js";

/**
 * The inverse of the features' covariance within the classes by each class's mean, (C, D). The mean
 * variance of all features is added to each one's variance: with few rows most directions were never
 * seen to vary, and without any row to spare all directions count alike. The smaller of two systems is
 * solved, of as many unknowns as features or as rows (the push-through identity).
 */
export function shrunkDirections(table: LabelledRows, means: Float32Array): Float32Array {
  const { size, rows } = table;
  const numClasses = means.length / size;
  const residuals = residualsOf(table, means);
  const freedom = rows.length - numClasses;
  const ridge = meanVariance(table);
  if (freedom <= 0) return means.map((value) => value / ridge);
  return rows.length < size
    ? throughRows(residuals, means, { size, scale: freedom * ridge, ridge })
    : throughFeatures(residuals, means, { size, freedom, ridge });
}

function residualsOf(table: LabelledRows, means: Float32Array): Float64Array {
  const { size, rows, labels } = table;
  const result = new Float64Array(rows.length * size);
  rows.forEach((row, at) => {
    const f = rowOf(table, row);
    const start = labels[row]! * size;
    for (let i = 0; i < size; i++) result[at * size + i] = f[i]! - means[start + i]!;
  });
  return result;
}

/** Mean over the features of their variance over all rows; 1 where nothing varies. */
function meanVariance(table: LabelledRows): number {
  const { size, rows } = table;
  const sums = new Float64Array(size);
  let squares = 0;
  for (const row of rows) {
    const f = rowOf(table, row);
    squares += dot(f, f);
    for (let i = 0; i < size; i++) sums[i]! += f[i]!;
  }
  const variance = squares / rows.length - dot(sums, sums) / rows.length ** 2;
  return variance / size || 1;
}

/** (R'R / n + v)^-1 p, with R'R made. */
function throughFeatures(
  residuals: Float64Array,
  means: Float32Array,
  { size, freedom, ridge }: { size: number; freedom: number; ridge: number },
): Float32Array {
  const columns = transposed(residuals, size);
  const factor = cholesky(gram(columns, residuals.length / size, ridge * freedom), size);
  return eachRow(means, size, (p) => solve(factor, p).map((value) => value * freedom));
}

/** The same as (p - R' (R R' + n v)^-1 R p) / v, with R R' made. */
function throughRows(
  residuals: Float64Array,
  means: Float32Array,
  { size, scale, ridge }: { size: number; scale: number; ridge: number },
): Float32Array {
  const count = residuals.length / size;
  const factor = cholesky(gram(residuals, size, scale), count);
  const at = (row: number) => residuals.subarray(row * size, (row + 1) * size);
  return eachRow(means, size, (p) => {
    const products = Float64Array.from({ length: count }, (_, row) => dot(at(row), p));
    const result = Float64Array.from(p);
    solve(factor, products).forEach((factorOfRow, row) => {
      const r = at(row);
      for (let i = 0; i < size; i++) result[i]! -= factorOfRow * r[i]!;
    });
    return result.map((value) => value / ridge);
  });
}

function eachRow(
  data: Float32Array,
  size: number,
  change: (row: Float32Array) => Float64Array,
): Float32Array {
  const result = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += size) {
    result.set(change(data.subarray(start, start + size)), start);
  }
  return result;
}

function transposed(data: Float64Array, width: number): Float64Array {
  const height = data.length / width;
  const result = new Float64Array(data.length);
  for (let at = 0; at < data.length; at++) {
    result[(at % width) * height + Math.floor(at / width)] = data[at]!;
  }
  return result;
}

/** Products of all rows of this width with each other, and `ridge` more on the diagonal: the lower half. */
function gram(data: Float64Array, width: number, ridge: number): Float64Array {
  const count = data.length / width;
  const result = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      result[a * count + b] = product(data, a * width, b * width, width) + (a === b ? ridge : 0);
    }
  }
  return result;
}

/** Of two stretches of one array: four sums at a time, since this is where the work is. */
function product(data: Float64Array, a: number, b: number, length: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  const whole = length - (length % 4);
  for (let i = 0; i < whole; i += 4) {
    s0 += data[a + i]! * data[b + i]!;
    s1 += data[a + i + 1]! * data[b + i + 1]!;
    s2 += data[a + i + 2]! * data[b + i + 2]!;
    s3 += data[a + i + 3]! * data[b + i + 3]!;
  }
  for (let i = whole; i < length; i++) s0 += data[a + i]! * data[b + i]!;
  return s0 + s1 + s2 + s3;
}

type Factor = { readonly lower: Float64Array; readonly size: number };

/** The lower factor of a positive matrix, in its own place. */
function cholesky(lower: Float64Array, size: number): Factor {
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      const at = row * size + column;
      const rest = lower[at]! - product(lower, row * size, column * size, column);
      lower[at] = row === column ? Math.sqrt(rest) : rest / lower[column * size + column]!;
    }
  }
  return { lower, size };
}

function solve({ lower, size }: Factor, right: ArrayLike<number>): Float64Array {
  const x = Float64Array.from(right);
  for (let row = 0; row < size; row++) {
    let sum = x[row]!;
    for (let before = 0; before < row; before++) sum -= lower[row * size + before]! * x[before]!;
    x[row] = sum / lower[row * size + row]!;
  }
  for (let row = size - 1; row >= 0; row--) {
    x[row]! /= lower[row * size + row]!;
    for (let above = 0; above < row; above++) x[above]! -= lower[row * size + above]! * x[row]!;
  }
  return x;
}
