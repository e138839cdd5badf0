import { GraftError } from "@graft-ml/core";
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
  for (let i = 0; i < left.columns; i += 4) {
    for (let j = isGram ? i : 0; j < right.columns; j += 4) addTile(block, i, j);
  }
}

/** Adds 4 x 4 inner products over some rows: sums in registers are what makes this several times faster. */
function addTile({ left, right, product, from, to }: Block, i: number, j: number): void {
  const [x, y] = [left.data, right.data];
  let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0];
  let [k, l, m, n, o, p, q, r] = [0, 0, 0, 0, 0, 0, 0, 0];
  let at = from * left.columns + i;
  let over = from * right.columns + j;
  for (let row = from; row < to; row++) {
    const [x0, x1, x2, x3] = [x[at]!, x[at + 1]!, x[at + 2]!, x[at + 3]!];
    const [y0, y1, y2, y3] = [y[over]!, y[over + 1]!, y[over + 2]!, y[over + 3]!];
    a += x0 * y0;
    b += x0 * y1;
    c += x0 * y2;
    d += x0 * y3;
    e += x1 * y0;
    f += x1 * y1;
    g += x1 * y2;
    h += x1 * y3;
    k += x2 * y0;
    l += x2 * y1;
    m += x2 * y2;
    n += x2 * y3;
    o += x3 * y0;
    p += x3 * y1;
    q += x3 * y2;
    r += x3 * y3;
    at += left.columns;
    over += right.columns;
  }
  const sums = [a, b, c, d, e, f, g, h, k, l, m, n, o, p, q, r];
  const [height, width] = [Math.min(4, product.rows - i), Math.min(4, product.columns - j)];
  for (let row = 0; row < height; row++) {
    const start = (i + row) * product.columns + j;
    for (let column = 0; column < width; column++) {
      product.data[start + column]! += sums[4 * row + column]!;
    }
  }
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
