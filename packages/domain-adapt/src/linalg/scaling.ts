import { type Matrix, mapMatrix, rowOf } from "@graft-ml/core/linalg";
import { columnMeans } from "./moments.js";

/** Each column less its mean, times its scale. */
export type Scaling = { readonly means: Float64Array; readonly scales: Float64Array };

export type ScalingOptions = {
  /** The smallest deviation that columns are divided by, over the mean one (as squares). Default 0. */
  floor?: number;
};

/**
 * What makes z-scores of these rows; a column that doesn't vary becomes 0. A floor keeps columns that hardly
 * vary here from being large elsewhere; `Infinity` divides all columns by the mean deviation.
 */
export function scalingOf(rows: Matrix, { floor = 0 }: ScalingOptions = {}): Scaling {
  const means = columnMeans(rows);
  const squares = new Float64Array(rows.columns);
  for (let row = 0; row < rows.rows; row++) {
    const values = rowOf(rows, row);
    for (let column = 0; column < values.length; column++) {
      squares[column]! += (values[column]! - means[column]!) ** 2 / rows.rows;
    }
  }
  const mean = squares.reduce((sum, square) => sum + square, 0) / squares.length;
  const deviations = squares.map((square) => {
    return Math.sqrt(
      floor === Number.POSITIVE_INFINITY ? mean : Math.max(square, floor ** 2 * mean),
    );
  });
  return { means, scales: deviations.map((deviation) => (deviation > 0 ? 1 / deviation : 0)) };
}

export const scaledBy = (rows: Matrix, { means, scales }: Scaling): Matrix =>
  mapMatrix(rows, (value, _, column) => (value - means[column]!) * scales[column]!);

/** Columns of mean 0 and deviation 1 (over N), as z-scores; a column that doesn't vary becomes 0. */
export const zScores = (rows: Matrix): Matrix => scaledBy(rows, scalingOf(rows));
