import { GraftError } from "@graft-ml/core";
import { type Matrix, multiplyTransposed, rowOf, takeRows } from "@graft-ml/core/linalg";
import { squaredLengths } from "../linalg/distances.js";
import { finiteList } from "./inputs.js";

/** Rows whose neighbours are looked for together, so that memory grows with N and not with its square. */
const BLOCK = 256;

/** The `count` nearest other rows of each row (N, D), the nearest first: (N, count), row-major. Throws `dataset-empty` for too few rows. */
export function nearestRows(rows: Matrix, { count = 5 }: { count?: number } = {}): Uint32Array {
  if (rows.rows <= count) {
    throw new GraftError(
      "dataset-empty",
      `${rows.rows} rows have no ${count} neighbours each. Give more rows.`,
      { details: { rows: rows.rows, count } },
    );
  }
  const lengths = squaredLengths(rows);
  const nearest = new Uint32Array(rows.rows * count);
  for (let from = 0; from < rows.rows; from += BLOCK) {
    const own = Array.from({ length: Math.min(BLOCK, rows.rows - from) }, (_, at) => from + at);
    const products = multiplyTransposed(takeRows(rows, own), rows);
    own.forEach((row, at) => {
      const product = rowOf(products, at);
      const distances = product.map((value, other) => lengths[other]! - 2 * value);
      distances[row] = Number.POSITIVE_INFINITY;
      nearest.set(smallest(distances, count), row * count);
    });
  }
  return nearest;
}

function smallest(values: Float64Array, count: number): number[] {
  const best: number[] = [];
  for (let at = 0; at < values.length; at++) {
    if (best.length === count && values[at]! >= values[best[count - 1]!]!) continue;
    let place = best.length;
    while (place > 0 && values[best[place - 1]!]! > values[at]!) place--;
    best.splice(place, 0, at);
    if (best.length > count) best.pop();
  }
  return best;
}

export type NeighbourOptions = {
  /** The class (N) that a model gives each row of the target. */
  predicted: ArrayLike<number>;
  /** `nearestRows` of the target's features (N, k): the same for every model that is compared. */
  neighbours: Uint32Array;
  numClasses: number;
  /** How often each row counts (N). Default: once. */
  times?: ArrayLike<number>;
};

/**
 * Mutual information, 0 to log C, of a row's predicted class and its neighbours': high where classes are
 * the target's own clusters and none is given to all. It asks for classes alone, so that a model that is
 * surer of everything is no better for it. Throws `shape-mismatch`.
 */
export function neighbourInformation(options: NeighbourOptions): number {
  const { numClasses, neighbours, times } = options;
  const predicted = finiteList(options.predicted, { what: "predicted classes" });
  const count = neighbours.length / predicted.length;
  const joint = new Float64Array(numClasses * numClasses);
  let all = 0;
  for (let row = 0; row < predicted.length; row++) {
    const weight = times ? times[row]! : 1;
    for (let at = 0; weight > 0 && at < count; at++) {
      const [own, other] = [predicted[row]!, predicted[neighbours[row * count + at]!]!];
      // Both ways, so that rows that are many's neighbours don't count alone.
      joint[own * numClasses + other]! += weight;
      joint[other * numClasses + own]! += weight;
      all += 2 * weight;
    }
  }
  const shares = Float64Array.from({ length: numClasses }, (_, label) =>
    joint.subarray(label * numClasses, (label + 1) * numClasses).reduce((a, b) => a + b / all, 0),
  );
  return joint.reduce((sum, value, at) => {
    const chance = value / all;
    const apart = shares[Math.floor(at / numClasses)]! * shares[at % numClasses]!;
    return chance > 0 ? sum + chance * Math.log(chance / apart) : sum;
  }, 0);
}
