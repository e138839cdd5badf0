import { type Matrix, multiplyTransposed, rowOf } from "@graft-ml/core/linalg";
import { squaredLengths } from "../linalg/distances.js";

/** The class of the nearest row of the source (N, D) for each row of the target (M, D): the first one's, where several are as near. */
export function nearestClasses({
  source,
  labels,
  target,
}: {
  source: Matrix;
  labels: ArrayLike<number>;
  target: Matrix;
}): Int32Array {
  const lengths = squaredLengths(source);
  const products = multiplyTransposed(target, source);
  return Int32Array.from({ length: target.rows }, (_, row) => {
    const own = rowOf(products, row);
    let [best, least] = [0, Number.POSITIVE_INFINITY];
    for (let at = 0; at < own.length; at++) {
      const distance = lengths[at]! - 2 * own[at]!;
      if (distance < least) [best, least] = [at, distance];
    }
    return labels[best]!;
  });
}
