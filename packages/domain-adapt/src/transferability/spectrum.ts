import {
  gram,
  innerProducts,
  type Matrix,
  mapMatrix,
  multiplyTransposed,
  transpose,
} from "@graft-ml/core/linalg";
import { symmetricEigen } from "../linalg/eigen.js";

/** Smaller eigenvalues than this share of the largest are rounding. */
const ROUNDING = 1e-13;

export type Spectrum = {
  /** The squares of the singular values of F that are not 0. */
  readonly values: Float64Array;
  /** The squared part of each target along each left singular vector of F (K, R). */
  readonly along: Matrix;
};

/** What features F (N, D) have to say of targets (N, K): by the smaller of F'F and FF'. */
export function spectrumOf(features: Matrix, targets: Matrix): Spectrum {
  const isWide = features.columns > features.rows;
  const { values, vectors } = symmetricEigen(gram(isWide ? transpose(features) : features));
  const count = values.findIndex((value) => !(value > ROUNDING * values[0]!));
  const kept = values.subarray(0, count < 0 ? values.length : count);
  const rows = {
    rows: kept.length,
    columns: vectors.columns,
    data: firstRows(vectors, kept.length),
  };
  const along = isWide
    ? multiplyTransposed(transpose(targets), rows)
    : multiplyTransposed(innerProducts(targets, features), rows);
  // From right singular vectors: u'y is v'F'y over the singular value.
  const squares = mapMatrix(along, (value, _, at) =>
    isWide ? value ** 2 : value ** 2 / kept[at]!,
  );
  return { values: kept, along: squares };
}

const firstRows = ({ columns, data }: Matrix, count: number): Float64Array =>
  data.subarray(0, count * columns);
