import { normalValues } from "@graft-ml/core";
import { describe, expect, it } from "vitest";
import { cholesky, solveSymmetric } from "./cholesky.js";
import { medianDistance, squaredDistances } from "./distances.js";
import { functionOf, symmetricEigen } from "./eigen.js";
import { type Matrix, matrixOf, rowOf, transpose } from "./matrix.js";
import { columnMeans, covariance, unitRows } from "./moments.js";
import { gram, innerProducts, multiply, multiplyTransposed } from "./products.js";
import { zScores } from "./scaling.js";

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

describe("eigenvalues", () => {
  it.each([1, 2, 3, 40])(
    "of a matrix of %i give it back, with vectors that are orthogonal",
    (size) => {
      const matrix = gram(random(size + 5, size));
      const { values, vectors } = symmetricEigen(matrix);
      const identity = Array.from({ length: size * size }, (_, at) =>
        at % (size + 1) === 0 ? 1 : 0,
      );
      expect(farthest(multiplyTransposed(vectors, vectors).data, identity)).toBeLessThan(1e-12);
      expect(farthest(functionOf(matrix, (value) => value).data, matrix.data)).toBeLessThan(1e-11);
      expect(values).toEqual(values.toSorted().reverse());
    },
  );

  it("of a diagonal, of equal values and of zeros are exact", () => {
    const diagonal = { rows: 3, columns: 3, data: Float64Array.of(2, 0, 0, 0, 5, 0, 0, 0, 5) };
    expect(symmetricEigen(diagonal).values).toEqual(Float64Array.of(5, 5, 2));
    expect(symmetricEigen({ rows: 2, columns: 2, data: new Float64Array(4) }).values).toEqual(
      Float64Array.of(0, 0),
    );
  });

  it("of far fewer rows than columns are found, most of them 0", () => {
    const { values, vectors } = symmetricEigen(gram(random(9, 120)));
    expect(farthest(values.subarray(9), new Float64Array(111))).toBeLessThan(1e-12);
    expect(values[8]).toBeGreaterThan(1);
    const squares = multiplyTransposed(vectors, vectors).data;
    expect(
      farthest(
        squares,
        squares.map((_, at) => (at % 121 === 0 ? 1 : 0)),
      ),
    ).toBeLessThan(1e-12);
  });

  it("of a matrix with NaN are refused", () => {
    const matrix = { rows: 1, columns: 1, data: Float64Array.of(Number.NaN) };
    expect(() => symmetricEigen(matrix)).toThrow(/not finite/);
  });
});

describe("Cholesky", () => {
  it("solves, and says where a matrix has no triangle", () => {
    const a = gram(random(30, 12));
    const x = random(12, 5, 3);
    expect(farthest(solveSymmetric(a, multiply(a, x)).data, x.data)).toBeLessThan(1e-9);
    const lower = cholesky(a);
    expect(farthest(multiplyTransposed(lower, lower).data, a.data)).toBeLessThan(1e-12);
    expect(() => cholesky(gram(random(2, 4)))).toThrow(/ridge/);
  });
});

describe("moments and distances", () => {
  it("are those of the definition", () => {
    const m = { rows: 3, columns: 2, data: Float64Array.of(1, 4, 2, 4, 6, 4) };
    expect([...columnMeans(m)]).toEqual([3, 4]);
    expect([...covariance(m).data]).toEqual([7, 0, 0, 0]);
    const scores = zScores(m).data;
    expect(
      farthest(
        scores,
        [-2, 0, -1, 0, 3, 0].map((x) => x / Math.sqrt(14 / 3)),
      ),
    ).toBeLessThan(1e-12);
    expect([...unitRows(m, "sum").data]).toEqual([0.2, 0.8, 2 / 6, 4 / 6, 0.6, 0.4]);
    expect([...squaredDistances(m, m).data]).toEqual([0, 1, 25, 1, 0, 16, 25, 16, 0]);
    expect(medianDistance(squaredDistances(m, m))).toBe(4);
  });

  it("are of tables alone", () => {
    const features = { dtype: "float32", shape: [2, 2, 1], data: new Float32Array(4) } as const;
    expect(() => matrixOf(features)).toThrow(/\[2,2,1\]/);
  });
});
