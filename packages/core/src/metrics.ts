import { GraftError } from "./errors.js";

export type Scores = {
  /** Scores or probabilities, row-major (samples, classes). */
  scores: ArrayLike<number>;
  /** True class of each sample. */
  labels: ArrayLike<number>;
  numClasses: number;
  /** Weight of each sample; 0 (padding) is left out. Default: all 1. */
  sampleWeight?: ArrayLike<number>;
};

/** The class with the highest score of each sample; the first of equals. */
export function predictedClasses(scores: ArrayLike<number>, numClasses: number): Int32Array {
  return Int32Array.from({ length: Math.floor(scores.length / numClasses) }, (_, row) => {
    let best = 0;
    for (let each = 1; each < numClasses; each++) {
      if (scores[row * numClasses + each]! > scores[row * numClasses + best]!) best = each;
    }
    return best;
  });
}

/** Share of the samples whose highest score is their class's, 0 to 1; NaN for no samples. */
export const accuracy = (input: Scores): number => topKAccuracy({ ...input, k: 1 });

/** Share of the samples whose class is among the k highest scores; of equal scores, lower classes win. */
export function topKAccuracy(input: Scores & { k: number }): number {
  const { scores, labels, numClasses, sampleWeight, k } = input;
  checkScores(input);
  let [right, all] = [0, 0];
  for (let row = 0; row < labels.length; row++) {
    const weight = sampleWeight?.[row] ?? 1;
    if (weight === 0) continue;
    const rank = rankOf(scores, row * numClasses, numClasses, labels[row]!);
    right += rank < k ? weight : 0;
    all += weight;
  }
  return right / all;
}

/** How many classes of a row come before a class. */
function rankOf(
  scores: ArrayLike<number>,
  start: number,
  numClasses: number,
  label: number,
): number {
  const own = scores[start + label]!;
  let rank = 0;
  for (let each = 0; each < numClasses; each++) {
    const score = scores[start + each]!;
    if (score > own || (score === own && each < label)) rank++;
  }
  // A NaN is never counted as right.
  return Number.isNaN(own) ? numClasses : rank;
}

/** Weight of the samples of true class i (row) that were taken for class j (column). */
export function confusionMatrix(input: Scores): number[][] {
  const { scores, labels, numClasses, sampleWeight } = input;
  checkScores(input);
  const matrix = Array.from({ length: numClasses }, () => new Array<number>(numClasses).fill(0));
  const predicted = predictedClasses(scores, numClasses);
  for (let row = 0; row < labels.length; row++) {
    matrix[labels[row]!]![predicted[row]!]! += sampleWeight?.[row] ?? 1;
  }
  return matrix;
}

/**
 * The mean over the classes of F1, the harmonic mean of precision and recall. Classes that neither
 * occur nor are predicted are left out, as in scikit-learn.
 */
export function macroF1(matrix: readonly (readonly number[])[]): number {
  const scores = matrix.flatMap((row, index) => {
    const hits = row[index]!;
    const actual = row.reduce((sum, count) => sum + count, 0);
    const predicted = matrix.reduce((sum, other) => sum + other[index]!, 0);
    return actual + predicted === 0 ? [] : [(2 * hits) / (actual + predicted)];
  });
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** Throws `shape-mismatch` unless there is a score for each sample and class, and labels are classes. */
export function checkScores({ scores, labels, numClasses, sampleWeight }: Scores): void {
  const weights = sampleWeight?.length ?? labels.length;
  const outside = Array.from(labels).find((label) => !(label >= 0 && label < numClasses));
  if (
    scores.length === labels.length * numClasses &&
    weights === labels.length &&
    outside === undefined
  ) {
    return;
  }
  throw new GraftError(
    "shape-mismatch",
    outside === undefined
      ? `${labels.length} labels of ${numClasses} classes need ${labels.length * numClasses} scores and ${labels.length} weights, not ${scores.length} and ${weights}.`
      : `The label ${outside} is outside the ${numClasses} classes. Labels count from 0.`,
    { details: { scores: scores.length, labels: labels.length, numClasses, weights } },
  );
}
