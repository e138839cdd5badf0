import { percent } from "../terminal/render.js";

type Metric = {
  readonly title: string;
  /** Whether more is better, or less. */
  readonly mode: "max" | "min";
  /** A share of 1, told as percent, or a number in the targets' unit. */
  readonly isShare: boolean;
  /** What it means, in a few words. */
  readonly note: string;
  told(value: number): string;
};

/** Three digits that count. */
export const threeDigits = (value: number): string => Number(value.toPrecision(3)).toString();

const share = (title: string, note: string): Metric => ({
  title,
  mode: "max",
  isShare: true,
  note,
  told: percent,
});
const number = (title: string, mode: "max" | "min", note: string): Metric => ({
  title,
  mode,
  isShare: false,
  note,
  told: threeDigits,
});

/** Every figure that a task is scored by, under the name that events give it. */
export const metrics = {
  accuracy: share("accuracy", "told right"),
  f1: share("F1", "precision and recall in one"),
  exact: share("exact match", "the very words of a right answer"),
  precision: share("precision", "share of the found entities that are right"),
  recall: share("recall", "share of the entities that are found"),
  macroF1: share("macro F1", "each counts the same"),
  meanAveragePrecision: share("mean average precision", "how well labels are ranked"),
  exactMatch: share("all labels right", "none too many, none missing"),
  perplexity: number("perplexity", "min", "as if it chose among so many words"),
  mae: number("mean absolute error", "min", "in the numbers' own unit"),
  rmse: number("root mean squared error", "min", "large errors count more"),
  information: number("information", "max", "answers are sure, and not all the same"),
  r2: number("R²", "max", "1 is perfect, 0 as good as the mean"),
} satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof metrics;

export const isMetric = (name: string): name is MetricName => name in metrics;

/** "accuracy 93.0 %, macro F1 92.1 %": those of these that there are. */
export const toldMetrics = (
  values: Readonly<Partial<Record<MetricName, number>>>,
  names: readonly MetricName[],
): string =>
  names
    .flatMap((name) => {
      const value = values[name];
      return value === undefined ? [] : [`${metrics[name].title} ${metrics[name].told(value)}`];
    })
    .join(", ");
