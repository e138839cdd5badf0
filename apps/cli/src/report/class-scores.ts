/** How well one class is found. Precision is NaN for a class never predicted, recall for one that never occurs. */
export type ClassScore = {
  readonly name: string;
  /** Pictures of it. */
  readonly count: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** What its pictures are taken for most often when they are not recognised. */
  readonly takenFor: { readonly name: string; readonly count: number } | undefined;
};

/** From a confusion matrix with a row per true class; the worst first, classes that never occur last. */
export function classScores(
  matrix: readonly (readonly number[])[],
  classes: readonly string[],
): readonly ClassScore[] {
  const predicted = classes.map((_, i) => matrix.reduce((sum, row) => sum + row[i]!, 0));
  return classes
    .map((name, i) => {
      const row = matrix[i]!;
      const count = row.reduce((sum, each) => sum + each, 0);
      const hits = row[i]!;
      return {
        name,
        count,
        precision: hits / predicted[i]!,
        recall: hits / count,
        f1: (2 * hits) / (count + predicted[i]!),
        takenFor: mostTakenFor(row, i, classes),
      };
    })
    .sort((a, b) => Number(a.count === 0) - Number(b.count === 0) || a.f1 - b.f1);
}

function mostTakenFor(row: readonly number[], truth: number, classes: readonly string[]) {
  const others = row.map((count, i) => ({ name: classes[i]!, count: i === truth ? 0 : count }));
  const most = others.reduce((a, b) => (b.count > a.count ? b : a));
  return most.count > 0 ? most : undefined;
}
