import { cholesky, gram, type Matrix, solveVector, transpose, zeros } from "../linalg/index.js";
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

function residualsOf(table: LabelledRows, means: Float32Array): Matrix {
  const { size, rows, labels } = table;
  const residuals = zeros(rows.length, size);
  rows.forEach((row, at) => {
    const f = rowOf(table, row);
    const start = labels[row]! * size;
    for (let i = 0; i < size; i++) residuals.data[at * size + i] = f[i]! - means[start + i]!;
  });
  return residuals;
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
  residuals: Matrix,
  means: Float32Array,
  { size, freedom, ridge }: { size: number; freedom: number; ridge: number },
): Float32Array {
  const lower = cholesky(ridged(gram(residuals), ridge * freedom));
  return eachRow(means, size, (p) => solveVector(lower, p).map((value) => value * freedom));
}

/** The same as (p - R' (R R' + n v)^-1 R p) / v, with R R' made. */
function throughRows(
  residuals: Matrix,
  means: Float32Array,
  { size, scale, ridge }: { size: number; scale: number; ridge: number },
): Float32Array {
  const lower = cholesky(ridged(gram(transpose(residuals)), scale));
  const at = (row: number) => residuals.data.subarray(row * size, (row + 1) * size);
  return eachRow(means, size, (p) => {
    const products = Float64Array.from({ length: residuals.rows }, (_, row) => dot(at(row), p));
    const result = Float64Array.from(p);
    solveVector(lower, products).forEach((factor, row) => {
      const r = at(row);
      for (let i = 0; i < size; i++) result[i]! -= factor * r[i]!;
    });
    return result.map((value) => value / ridge);
  });
}

/** A square matrix with a number added along its diagonal, in place. */
function ridged(square: Matrix, ridge: number): Matrix {
  for (let i = 0; i < square.rows; i++) square.data[i * (square.rows + 1)]! += ridge;
  return square;
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
