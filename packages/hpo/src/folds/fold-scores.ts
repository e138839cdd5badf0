import type { FinishedTrial, Report } from "../trial.js";

/** What a trial's folds gave. */
export type FoldScores = {
  /** Of each fold that was run, in order. */
  readonly scores: readonly number[];
  readonly mean: number;
  /** Of one fold from the mean (n - 1 below); `undefined` with one fold. */
  readonly deviation?: number;
};

/**
 * What the folds of a trial of `folds` gave, from the means that it reported: exact but for the last digits.
 * `undefined` where it reported none, or not the first of them.
 */
export function foldScores({ reports }: Pick<FinishedTrial, "reports">): FoldScores | undefined {
  const scores = scoresOf(reports);
  if (scores.length === 0) return undefined;
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  if (scores.length === 1) return { scores, mean };
  const squares = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0);
  return { scores, mean, deviation: Math.sqrt(squares / (scores.length - 1)) };
}

/** The scores whose running means were reported at steps 1, 2 and so on. */
export function scoresOf(reports: readonly Report[]): readonly number[] {
  if (reports.some(({ step }, at) => step !== at + 1)) return [];
  return reports.map(({ value }, at) => (at + 1) * value - at * (reports[at - 1]?.value ?? 0));
}
