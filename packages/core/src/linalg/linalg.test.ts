import { describe, expect, it } from "vitest";
import { normalValues } from "../random.js";
import { cholesky, solveSymmetric, solveVector } from "./cholesky.js";
import { type Matrix, matrixOf, rowOf, transpose } from "./matrix.js";
import { gram, innerProducts, multiply, multiplyTransposed } from "./products.js";

const random = (rows: number, columns: number, seed = 1): Matrix => ({
  rows,
  columns,
  data: Float64Array.from(normalValues({ seed, site: "linalg" }, rows * columns)),
});

/** By the definition, one sum at a time. */
const slowProduct = (a: Matrix, b: Matrix): number[] =>
  Array.from({ length: a.rows * b.columns }, (_, at) => {
    const [i, j] = [Math.floor(at / b.columns), at % b.columns];
    return rowOf(a, i).reduce((sum, value, k) => sum + value * b.data[k * b.columns + j]!, 0);
  });

const farthest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0);

describe("products", () => {
  it.each([
    [1, 1, 1],
    [5, 3, 7],
    [130, 9, 4],
    [8, 70, 6],
  ])("(%i, %i) by (%i) are the sums of the definition", (rows, inner, columns) => {
    const [a, b] = [random(rows, inner), random(inner, columns, 2)];
    const product = slowProduct(a, b);
    expect(farthest(multiply(a, b).data, product)).toBeLessThan(1e-12);
    expect(farthest(multiplyTransposed(a, transpose(b)).data, product)).toBeLessThan(1e-12);
    const own = slowProduct(transpose(a), a);
    expect(farthest(gram(a).data, own)).toBeLessThan(1e-12);
    expect(farthest(innerProducts(a, { ...a }).data, own)).toBeLessThan(1e-12);
  });

  it("refuses dimensions that differ", () => {
    expect(() => multiply(random(2, 3), random(2, 3))).toThrow(/3 and 2 along/);
  });
});

describe("Cholesky", () => {
  it("solves, and says where a matrix has no triangle", () => {
    const a = gram(random(30, 12));
    const x = random(12, 5, 3);
    expect(farthest(solveSymmetric(a, multiply(a, x)).data, x.data)).toBeLessThan(1e-9);
    const lower = cholesky(a);
    const b = multiply(a, x);
    const first = transpose(b).data.subarray(0, 12);
    expect(farthest(solveVector(lower, first), transpose(x).data.subarray(0, 12))).toBeLessThan(
      1e-9,
    );
    expect(farthest(multiplyTransposed(lower, lower).data, a.data)).toBeLessThan(1e-12);
    expect(() => cholesky(gram(random(2, 4)))).toThrow(/ridge/);
  });
});

describe("matrices", () => {
  it("are of tables alone", () => {
    const features = { dtype: "float32", shape: [2, 2, 1], data: new Float32Array(4) } as const;
    expect(() => matrixOf(features)).toThrow(/\[2,2,1\]/);
  });
});
