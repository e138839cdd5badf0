import { GraftError } from "../errors.js";

/**
 * Weights that make every class count the same, n / (classes that occur * count), as scikit-learn's
 * "balanced"; a class that does not occur gets 0. Throws `dataset-invalid` for labels outside 0 to
 * `numClasses` - 1.
 */
export function balancedClassWeights(labels: ArrayLike<number>, numClasses: number): number[] {
  const counts = new Array<number>(numClasses).fill(0);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    if (counts[label] === undefined) {
      throw new GraftError(
        "dataset-invalid",
        `The label ${label} is outside the ${numClasses} classes. Labels count from 0.`,
        { details: { label, numClasses } },
      );
    }
    counts[label] += 1;
  }
  const present = counts.filter((count) => count > 0).length;
  return counts.map((count) => (count === 0 ? 0 : labels.length / (present * count)));
}

/**
 * How many times rarer than its absence each of several labels is, negatives / positives: what
 * `binaryCrossEntropy` takes as `positiveWeight`. `targets` are rows (samples, labels) of 0 and 1; a
 * label that never occurs gets 1, and no weight is above `limit`.
 */
export function positiveWeights(
  targets: ArrayLike<number>,
  options: { numLabels: number /** Default 100. */; limit?: number },
): number[] {
  const { numLabels, limit = 100 } = options;
  const positives = new Array<number>(numLabels).fill(0);
  for (let at = 0; at < targets.length; at++) positives[at % numLabels]! += targets[at]!;
  const rows = targets.length / numLabels;
  return positives.map((count) => (count > 0 ? Math.min(limit, (rows - count) / count) : 1));
}
