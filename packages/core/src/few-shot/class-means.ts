import { GraftError } from "../errors.js";
import { dot } from "./few-shot-head.js";

/** Some rows of a table of features, with a class each. */
export type LabelledRows = {
  /** Row-major (rows, size). */
  readonly data: Float32Array;
  readonly size: number;
  /** Class of each row. */
  readonly labels: ArrayLike<number>;
  /** The rows that count. */
  readonly rows: readonly number[];
};

export const rowOf = ({ data, size }: LabelledRows, row: number): Float32Array =>
  data.subarray(row * size, (row + 1) * size);

/** Mean of each class's rows, (C, D). Throws `dataset-invalid` for a class without rows or a label outside the classes. */
export function classMeans(table: LabelledRows, numClasses: number): Float32Array {
  const { size, labels, rows } = table;
  const sums = new Float64Array(numClasses * size);
  const counts = new Array<number>(numClasses).fill(0);
  for (const row of rows) {
    const label = labels[row]!;
    if (counts[label] === undefined) {
      throw invalid(`The label ${label} is outside the ${numClasses} classes, which count from 0.`);
    }
    counts[label] += 1;
    const f = rowOf(table, row);
    for (let i = 0; i < size; i++) sums[label * size + i]! += f[i]!;
  }
  const empty = counts.indexOf(0);
  if (empty >= 0) throw invalid(`The class ${empty} has no samples. Add one, or leave it out.`);
  return Float32Array.from(sums, (sum, at) => sum / counts[Math.floor(at / size)]!);
}

/** Each row with length 1; rows of length 0 stay as they are. */
export function unitRows(data: Float32Array, size: number): Float32Array {
  const result = data.slice();
  for (let start = 0; start < data.length; start += size) {
    const row = result.subarray(start, start + size);
    const length = Math.sqrt(dot(row, row));
    if (length > 0) row.set(row.map((value) => value / length));
  }
  return result;
}

const invalid = (message: string): GraftError => new GraftError("dataset-invalid", message);
