import { type FoldScores, metricsIn, spreadText } from "../run/fold-scores.js";
import type { FoldEvent } from "../run/folds.js";
import { kinds } from "../task/kinds.js";
import { metrics, toldMetrics } from "../task/metrics.js";
import { table } from "./table.js";

type Of<T extends FoldEvent["type"]> = Extract<FoldEvent, { type: T }>;

export const foldStartLine = ({ fold, folds, noun, train, held }: Of<"fold-start">): string =>
  `Fold ${fold} of ${folds}: learns from ${train} ${noun}s, scores ${held}`;

export const foldEndLine = ({ fold, folds, task, loss, ...score }: Of<"fold-end">): string =>
  `Fold ${fold} of ${folds}: ${toldMetrics(score, kinds[task].metrics)}, loss ${loss.toFixed(4)}`;

export const foldsEndLine = ({ noun, train }: Of<"folds-end">): string =>
  `The final model learns from all ${train} ${noun}s`;

/** A row a fold, then the mean with its spread. */
export function foldsTable(scores: FoldScores, noun: string): string {
  const names = metricsIn(scores);
  const told = (one: FoldScores["folds"][number]) => [
    ...names.map((name) => metrics[name].told(one[name] ?? Number.NaN)),
    one.loss.toFixed(4),
    `${one.count}`,
  ];
  return table([
    ["fold", ...names.map((name) => metrics[name].title), "loss", `${noun}s`],
    ...scores.folds.map((one, at) => [`${at + 1}`, ...told(one)]),
    ["mean", ...names.map((name) => spreadText(scores, name)), spreadText(scores, "loss"), ""],
    ...(scores.test ? [["test", ...told(scores.test)]] : []),
  ]);
}
