import { existsSync } from "node:fs";
import { writeFileAtomic } from "@graft-ml/core/node";
import { z } from "zod";
import { readJson } from "../files.js";
import { type MetricName, metrics } from "../task/metrics.js";
import type { Score } from "./predictions.js";

const figures = z.object({ loss: z.number() }).catchall(z.number());

const foldScores = z.object({
  /** Each fold's model on the samples that it did not see. */
  folds: z.array(figures.extend({ count: z.int() })),
  mean: figures,
  /** Sample standard deviation between folds. */
  deviation: figures,
  /** The final model, trained on everything, on the data's own test part. */
  test: figures.extend({ count: z.int() }).optional(),
});

/** How far K trainings agree: a run's folds.json. */
export type FoldScores = z.infer<typeof foldScores>;

const names = ["loss", ...(Object.keys(metrics) as MetricName[])] as const;

const figuresOf = (score: Score): { loss: number; [name: string]: number } => ({
  loss: score.loss,
  ...Object.fromEntries(
    names.flatMap((name) => (score[name] === undefined ? [] : [[name, score[name]]])),
  ),
});

/** Means and deviations of what all folds have. */
export function foldScoresOf(scores: readonly Score[], test?: Score): FoldScores {
  const all = scores.map(figuresOf);
  const shared = Object.keys(all[0]!).filter((name) => all.every((one) => name in one));
  const each = (of: (values: readonly number[]) => number) =>
    Object.fromEntries(
      shared.map((name) => [name, of(all.map((one) => one[name]!))]),
    ) as FoldScores["mean"];
  return {
    folds: scores.map((score, k) => ({ ...all[k]!, count: score.count })),
    mean: each(mean),
    deviation: each(deviation),
    ...(test ? { test: { ...figuresOf(test), count: test.count } } : {}),
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** "91.2 % ± 1.4": a figure with its spread. */
export function spreadText(
  { mean, deviation }: Pick<FoldScores, "mean" | "deviation">,
  name: MetricName | "loss",
): string {
  const [middle, spread] = [mean[name] ?? Number.NaN, deviation[name] ?? Number.NaN];
  if (name === "loss") return `${middle.toFixed(4)} ± ${spread.toFixed(4)}`;
  const { told } = metrics[name];
  return `${told(middle)} ± ${told(spread).replace(/ %$/, "")}`;
}

/** The metrics that fold scores have, in the order of all metrics. */
export const metricsIn = ({ mean }: Pick<FoldScores, "mean">): readonly MetricName[] =>
  (Object.keys(metrics) as MetricName[]).filter((name) => name in mean);

export const saveFoldScores = (path: string, scores: FoldScores): Promise<void> =>
  writeFileAtomic(path, `${JSON.stringify(scores, null, 2)}\n`);

/** Undefined where the run has no folds, or has not come to their end. Throws `run-invalid`. */
export const readFoldScores = async (path: string): Promise<FoldScores | undefined> =>
  existsSync(path) ? readJson(path, foldScores, "run-invalid") : undefined;
