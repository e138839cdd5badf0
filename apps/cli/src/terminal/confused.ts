/** One mistake that a model makes: so many pictures of `truth` were taken for `predicted`. */
export type Confused = {
  readonly truth: string;
  readonly predicted: string;
  readonly count: number;
};

/** The most frequent mistakes, at most `most`, from a confusion matrix with a row per true class. */
export function mostConfused(
  matrix: readonly (readonly number[])[],
  classes: readonly string[],
  most = 10,
): readonly Confused[] {
  return matrix
    .flatMap((row, truth) =>
      row.flatMap((count, predicted) =>
        count > 0 && predicted !== truth
          ? [{ truth: classes[truth]!, predicted: classes[predicted]!, count }]
          : [],
      ),
    )
    .sort((a, b) => b.count - a.count)
    .slice(0, most);
}
