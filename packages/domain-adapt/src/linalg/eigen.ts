import { GraftError } from "@graft-ml/core";
import { innerProducts, type Matrix, mapMatrix, zeros } from "@graft-ml/core/linalg";

/** Eigenvalues from the largest to the smallest, and in row i of `vectors` the unit eigenvector of value i. */
export type Eigen = { readonly values: Float64Array; readonly vectors: Matrix };

/** A matrix in tridiagonal form T = QAQ': its diagonal, what stands beside it, and Q. */
type Tridiagonal = {
  readonly diagonal: Float64Array;
  readonly beside: Float64Array;
  readonly vectors: Matrix;
};

/** A value converges in two or three turns; this many means that something is not finite. */
const MOST_TURNS = 60;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix, of which the upper triangle is read: Householder's
 * reduction, then implicit QL turns (Golub and Van Loan, Matrix Computations, 8.3). Of each vector the
 * entry of largest size is positive, so that the same matrix gives the same signs everywhere. Throws
 * `batch-invalid` where a number is not finite.
 */
export function symmetricEigen(matrix: Matrix): Eigen {
  if (!matrix.data.every(Number.isFinite)) throw notFinite();
  const form = tridiagonal(matrix);
  turn(form);
  return sorted(form);
}

/** f(A) of a symmetric matrix, for each function: its eigenvectors with the function of each eigenvalue. */
export function functionsOf(
  matrix: Matrix,
  functions: readonly ((value: number) => number)[],
): readonly Matrix[] {
  const { values, vectors } = symmetricEigen(matrix);
  return functions.map((f) =>
    innerProducts(
      vectors,
      mapMatrix(vectors, (value, row) => value * f(values[row]!)),
    ),
  );
}

function tridiagonal(matrix: Matrix): Tridiagonal {
  const size = matrix.rows;
  // Row k keeps the reflection that clears row k of the matrix.
  const a = Float64Array.from(matrix.data);
  const [diagonal, beside] = [new Float64Array(size), new Float64Array(size)];
  const scales = new Float64Array(size);
  const shared = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    diagonal[k] = a[k * size + k]!;
    if (k === size - 1) break;
    const row = a.subarray(k * size, (k + 1) * size);
    const { scale, left } = reflection(row, k + 1);
    [scales[k], beside[k]] = [scale, left];
    if (scale !== 0) reflect(a, { row, from: k + 1, scale, shared });
  }
  return { diagonal, beside, vectors: reflectionsOf(a, scales) };
}

/** Makes of a row, from a place on, the vector whose reflection leaves one number of it. */
function reflection(row: Float64Array, from: number): { scale: number; left: number } {
  const first = row[from]!;
  let rest = 0;
  for (let j = from + 1; j < row.length; j++) rest += row[j]! ** 2;
  if (rest === 0) return { scale: 0, left: first };
  const length = Math.sqrt(first * first + rest);
  const left = first >= 0 ? -length : length;
  const shrink = 1 / (first - left);
  for (let j = from + 1; j < row.length; j++) row[j]! *= shrink;
  row[from] = 1;
  return { scale: (left - first) / left, left };
}

type Reflecting = {
  readonly row: Float64Array;
  readonly from: number;
  readonly scale: number;
  readonly shared: Float64Array;
};

/** Reflects what is below and right of a place on both sides, in its upper triangle. */
function reflect(a: Float64Array, { row: v, from, scale, shared: p }: Reflecting): void {
  const size = v.length;
  p.fill(0, from);
  for (let i = from; i < size; i++) {
    const [start, vi] = [i * size, v[i]!];
    let sum = a[start + i]! * vi;
    for (let j = i + 1; j < size; j++) {
      const value = a[start + j]!;
      sum += value * v[j]!;
      p[j]! += value * vi;
    }
    p[i]! += sum;
  }
  let along = 0;
  for (let j = from; j < size; j++) {
    p[j]! *= scale;
    along += p[j]! * v[j]!;
  }
  for (let j = from; j < size; j++) p[j]! -= (scale * along * v[j]!) / 2;
  for (let i = from; i < size; i++) {
    const [start, vi, pi] = [i * size, v[i]!, p[i]!];
    for (let j = i; j < size; j++) a[start + j]! -= vi * p[j]! + pi * v[j]!;
  }
}

/** The product of all reflections. */
function reflectionsOf(reflections: Float64Array, scales: Float64Array): Matrix {
  const size = scales.length;
  const vectors = zeros(size, size);
  const q = vectors.data;
  for (let i = 0; i < size; i++) q[i * size + i] = 1;
  for (let k = size - 2; k >= 0; k--) {
    const scale = scales[k]!;
    if (scale === 0) continue;
    const v = reflections.subarray(k * size, (k + 1) * size);
    for (let i = k + 1; i < size; i++) {
      const start = i * size;
      let along = 0;
      for (let j = k + 1; j < size; j++) along += q[start + j]! * v[j]!;
      along *= scale;
      for (let j = k + 1; j < size; j++) q[start + j]! -= along * v[j]!;
    }
  }
  return vectors;
}

/** Turns the tridiagonal form, in place, until nothing stands beside its diagonal. */
function turn(form: Tridiagonal): void {
  // Beside the largest number, this is what rounding has left anyway.
  const nothing = Number.EPSILON * [...form.diagonal, ...form.beside].reduce(larger, 0);
  for (let first = 0; first < form.diagonal.length; first++) {
    let turns = 0;
    for (let last = blockEnd(form, first, nothing); last > first; ) {
      if (turns++ === MOST_TURNS) throw notFinite();
      turnOnce(form, first, last);
      last = blockEnd(form, first, nothing);
    }
  }
}

const larger = (a: number, b: number): number => Math.max(a, Math.abs(b));

/** The first place from one on beside which nothing stands. */
function blockEnd({ diagonal, beside }: Tridiagonal, first: number, nothing: number): number {
  let last = first;
  while (last < diagonal.length - 1 && Math.abs(beside[last]!) > nothing) last++;
  return last;
}

/** One implicit turn of the block from `first` to `last`. */
function turnOnce({ diagonal: d, beside: e, vectors }: Tridiagonal, first: number, last: number) {
  const half = (d[first + 1]! - d[first]!) / (2 * e[first]!);
  const shift = e[first]! / (half + (half >= 0 ? 1 : -1) * Math.hypot(half, 1));
  let g = d[last]! - d[first]! + shift;
  let [sine, cosine, moved] = [1, 1, 0];
  for (let i = last - 1; i >= first; i--) {
    const [f, b] = [sine * e[i]!, cosine * e[i]!];
    const length = Math.hypot(f, g);
    e[i + 1] = length;
    if (length === 0) {
      d[i + 1]! -= moved;
      e[last] = 0;
      return;
    }
    sine = f / length;
    cosine = g / length;
    g = d[i + 1]! - moved;
    const between = (d[i]! - g) * sine + 2 * cosine * b;
    moved = sine * between;
    d[i + 1] = g + moved;
    g = cosine * between - b;
    turnRows(vectors, { upper: i, sine, cosine });
  }
  d[first]! -= moved;
  e[first] = g;
  e[last] = 0;
}

type Rotation = { readonly upper: number; readonly sine: number; readonly cosine: number };

function turnRows({ columns, data }: Matrix, { upper, sine, cosine }: Rotation): void {
  const [above, below] = [upper * columns, (upper + 1) * columns];
  for (let column = 0; column < columns; column++) {
    const [x, y] = [data[above + column]!, data[below + column]!];
    data[below + column] = sine * x + cosine * y;
    data[above + column] = cosine * x - sine * y;
  }
}

function sorted({ diagonal, vectors }: Tridiagonal): Eigen {
  const order = Array.from(diagonal.keys()).sort((a, b) => diagonal[b]! - diagonal[a]!);
  const { columns } = vectors;
  const rows = zeros(columns, columns);
  order.forEach((from, to) => {
    const vector = vectors.data.subarray(from * columns, (from + 1) * columns);
    const largest = vector.reduce((top, x) => (Math.abs(x) > Math.abs(top) ? x : top), 0);
    rows.data.set(largest < 0 ? vector.map((x) => -x) : vector, to * columns);
  });
  return { values: Float64Array.from(order, (at) => diagonal[at]!), vectors: rows };
}

const notFinite = (): GraftError =>
  new GraftError(
    "batch-invalid",
    "A matrix holds a number that is not finite, so it has no eigenvalues. Look for NaN or infinity among the features.",
  );
