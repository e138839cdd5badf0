import { GraftError } from "../errors.js";
import { type Matrix, transpose, zeros } from "./matrix.js";

/** Numbers of the inner dimension that are summed at a time, so that what is read stays near. */
const BLOCK = 64;

/** A'A (D, D) of a matrix (N, D). */
export const gram = (a: Matrix): Matrix => innerProducts(a, a);

/** AB of (N, K) and (K, M). */
export const multiply = (a: Matrix, b: Matrix): Matrix => innerProducts(transpose(a), b);

/** AB' of (N, K) and (M, K). */
export const multiplyTransposed = (a: Matrix, b: Matrix): Matrix =>
  innerProducts(transpose(a), transpose(b));

/** A'B (N, M) of (K, N) and (K, M). Throws `shape-mismatch`. */
export function innerProducts(a: Matrix, b: Matrix): Matrix {
  if (a.rows !== b.rows) {
    throw new GraftError(
      "shape-mismatch",
      `Matrices of ${a.rows} and ${b.rows} along their common dimension can't be multiplied.`,
      { details: { a: [a.rows, a.columns], b: [b.rows, b.columns] } },
    );
  }
  const product = zeros(a.columns, b.columns);
  const isGram = a === b;
  const left = padded(a);
  const right = isGram ? left : padded(b);
  for (let from = 0; from < a.rows; from += BLOCK) {
    const to = Math.min(a.rows, from + BLOCK);
    addBlock({ left, right, product, from, to, isGram });
  }
  if (isGram) mirror(product);
  return product;
}

/** Copies the upper triangle to the lower one. */
function mirror({ rows, data }: Matrix): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < i; j++) data[i * rows + j] = data[j * rows + i]!;
  }
}

type Block = {
  readonly left: Matrix;
  readonly right: Matrix;
  readonly product: Matrix;
  readonly from: number;
  readonly to: number;
  /** Of which the upper triangle is enough. */
  readonly isGram: boolean;
};

function addBlock(block: Block): void {
  const { left, right, isGram } = block;
  for (let i = 0; i < left.columns; i += 2) {
    for (let j = isGram ? i - (i % 4) : 0; j < right.columns; j += 4) addTile(block, i, j);
  }
}

/**
 * Adds 2 x 4 inner products over some rows: eight sums stay in registers, which makes this several times
 * faster than one; sixteen no longer fit there.
 */
function addTile({ left, right, product, from, to }: Block, i: number, j: number): void {
  const x = left.data;
  const y = right.data;
  let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0];
  let at = from * left.columns + i;
  let over = from * right.columns + j;
  for (let row = from; row < to; row++) {
    const y0 = y[over]!;
    const y1 = y[over + 1]!;
    const y2 = y[over + 2]!;
    const y3 = y[over + 3]!;
    const x0 = x[at]!;
    a += x0 * y0;
    b += x0 * y1;
    c += x0 * y2;
    d += x0 * y3;
    const x1 = x[at + 1]!;
    e += x1 * y0;
    f += x1 * y1;
    g += x1 * y2;
    h += x1 * y3;
    at += left.columns;
    over += right.columns;
  }
  const width = Math.min(4, product.columns - j);
  addTo(product.data, i * product.columns + j, [a, b, c, d], width);
  if (i + 1 < product.rows) addTo(product.data, (i + 1) * product.columns + j, [e, f, g, h], width);
}

function addTo(data: Float64Array, start: number, sums: readonly number[], width: number): void {
  for (let at = 0; at < width; at++) data[start + at]! += sums[at]!;
}

/** With columns of zeros up to a multiple of four. */
function padded(matrix: Matrix): Matrix {
  const columns = Math.ceil(matrix.columns / 4) * 4;
  if (columns === matrix.columns) return matrix;
  const wider = zeros(matrix.rows, columns);
  for (let row = 0; row < matrix.rows; row++) {
    const start = row * matrix.columns;
    wider.data.set(matrix.data.subarray(start, start + matrix.columns), row * columns);
  }
  return wider;
}
