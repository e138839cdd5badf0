import { normalValues } from "@graft-ml/core";
import { gram, type Matrix, multiplyTransposed } from "@graft-ml/core/linalg";
import { describe, expect, it } from "vitest";
import { medianDistance, squaredDistances } from "./distances.js";
import { functionsOf, symmetricEigen } from "./eigen.js";
import { columnMeans, covariance, unitRows } from "./moments.js";
import { zScores } from "./scaling.js";

const random = (rows: number, columns: number, seed = 1): Matrix => ({
  rows,
  columns,
  data: Float64Array.from(normalValues({ seed, site: "linalg" }, rows * columns)),
});

const farthest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0);

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
      expect(farthest(functionsOf(matrix, [(value) => value])[0]!.data, matrix.data)).toBeLessThan(
        1e-11,
      );
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
});
