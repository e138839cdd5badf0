import { GraftError } from "../errors.js";

/**
 * Matthews correlation of a confusion matrix (rows are true classes), for two classes or more (Gorodkin
 * 2004): 1 is perfect, 0 as good as chance. 0 where only one class occurs or is predicted, as in
 * scikit-learn.
 */
export function matthewsCorrelation(matrix: readonly (readonly number[])[]): number {
  const rows = matrix.map((row) => row.reduce((sum, count) => sum + count, 0));
  const columns = matrix.map((_, column) => matrix.reduce((sum, row) => sum + row[column]!, 0));
  const all = rows.reduce((sum, count) => sum + count, 0);
  const right = matrix.reduce((sum, row, at) => sum + row[at]!, 0);
  const dot = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, value, at) => sum + value * b[at]!, 0);
  const spread = (all ** 2 - dot(rows, rows)) * (all ** 2 - dot(columns, columns));
  return spread === 0 ? 0 : (right * all - dot(rows, columns)) / Math.sqrt(spread);
}

/** Pearson's correlation of two lists of numbers; NaN where one does not vary. Throws `shape-mismatch`. */
export function pearsonCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) {
    throw new GraftError(
      "shape-mismatch",
      `${a.length} numbers can't be correlated with ${b.length}. Pass as many of each.`,
      { details: { a: a.length, b: b.length } },
    );
  }
  const [meanA, meanB] = [mean(a), mean(b)];
  let [both, squareA, squareB] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    const [x, y] = [a[at]! - meanA, b[at]! - meanB];
    both += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  return both / Math.sqrt(squareA * squareB);
}

/** Spearman's rank correlation, equals sharing their mean rank. Throws `shape-mismatch`. */
export const spearmanCorrelation = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  pearsonCorrelation(ranks(a), ranks(b));

const mean = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at]!;
  return sum / values.length;
};

function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, at) => at).sort((a, b) => values[a]! - values[b]!);
  const ranked = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (const at of order.slice(start, end)) ranked[at] = (start + end - 1) / 2;
    start = end;
  }
  return ranked;
}
