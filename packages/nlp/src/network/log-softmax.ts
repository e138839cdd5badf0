/** Logarithms of softmax over one row of logits, in double precision. */
export function logSoftmax(logits: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(logits);
  const highest = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const sum = values.reduce((all, value) => all + Math.exp(value - highest), 0);
  return values.map((value) => value - highest - Math.log(sum));
}

/** Where the largest value stands; the first of equal ones. */
export const argMax = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((best, value, at, all) => (value > all[best]! ? at : best), 0);
