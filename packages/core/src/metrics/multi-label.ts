import { GraftError } from "../errors.js";
import { averagePrecision, bestThreshold, type Ranked } from "./average-precision.js";

export type MultiLabelScores = {
  /** Probabilities or other scores, row-major (samples, labels). */
  scores: ArrayLike<number>;
  /** 0 or 1, as `scores`. */
  targets: ArrayLike<number>;
  numLabels: number;
  /** Weight of each sample; 0 (padding) is left out. Default: all 1. */
  sampleWeight?: ArrayLike<number>;
};

export type LabelReport = {
  /** NaN where nothing was taken, or nothing was there. */
  readonly precision: number;
  readonly recall: number;
  /** 0 where the label neither occurs nor is predicted. */
  readonly f1: number;
  readonly averagePrecision: number;
  /** Weight of the samples that have the label. */
  readonly support: number;
};

export type MultiLabelReport = {
  /** Mean of the average precisions of the labels that occur. */
  readonly meanAveragePrecision: number;
  /** F1 of all decisions together. */
  readonly microF1: number;
  /** Mean of the labels' F1. */
  readonly macroF1: number;
  /** Share of the samples whose labels are all right. */
  readonly exactMatch: number;
  readonly labels: readonly LabelReport[];
};

/**
 * How well several labels a sample are predicted, a label being taken where its score reaches its
 * threshold (default 0.5, one for all or one each). Throws `shape-mismatch`.
 */
export function multiLabelReport(
  input: MultiLabelScores & { thresholds?: number | readonly number[] },
): MultiLabelReport {
  const { numLabels, thresholds = 0.5 } = input;
  checkSizes(input);
  const thresholdOf = (label: number): number =>
    typeof thresholds === "number" ? thresholds : (thresholds[label] ?? 0.5);
  const columns = Array.from({ length: numLabels }, (_, label) => column(input, label));
  const tallies = columns.map((each, label) => tallyOf(each, thresholdOf(label)));
  const labels = tallies.map((tally, label) => report(tally, averagePrecision(columns[label]!)));
  const occurring = labels.filter(({ support }) => support > 0);
  return {
    meanAveragePrecision: mean(occurring.map((label) => label.averagePrecision)),
    microF1: f1(tallies.reduce(add)),
    macroF1: mean(labels.map((label) => label.f1)),
    exactMatch: exactMatch(input, thresholdOf),
    labels,
  };
}

/** For each label the threshold with the best F1 on these (validation) samples. Throws `shape-mismatch`. */
export function bestThresholds(input: MultiLabelScores): number[] {
  checkSizes(input);
  return Array.from(
    { length: input.numLabels },
    (_, label) => bestThreshold(column(input, label)).threshold,
  );
}

type Tally = { hits: number; taken: number; positives: number };

const add = (a: Tally, b: Tally): Tally => ({
  hits: a.hits + b.hits,
  taken: a.taken + b.taken,
  positives: a.positives + b.positives,
});

const f1 = ({ hits, taken, positives }: Tally): number =>
  taken + positives === 0 ? 0 : (2 * hits) / (taken + positives);

const report = (tally: Tally, ap: number): LabelReport => ({
  precision: tally.hits / tally.taken,
  recall: tally.hits / tally.positives,
  f1: f1(tally),
  averagePrecision: ap,
  support: tally.positives,
});

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function column(input: MultiLabelScores, label: number): Ranked {
  const { scores, targets, numLabels, sampleWeight } = input;
  const rows = targets.length / numLabels;
  const pick = (from: ArrayLike<number>) =>
    Float64Array.from({ length: rows }, (_, row) => from[row * numLabels + label]!);
  return {
    scores: pick(scores),
    targets: pick(targets),
    ...(sampleWeight ? { sampleWeight } : {}),
  };
}

function tallyOf({ scores, targets, sampleWeight }: Ranked, threshold: number): Tally {
  const tally = { hits: 0, taken: 0, positives: 0 };
  for (let row = 0; row < targets.length; row++) {
    const weight = sampleWeight?.[row] ?? 1;
    const positive = targets[row]! * weight;
    tally.positives += positive;
    if (!(scores[row]! >= threshold)) continue;
    tally.taken += weight;
    tally.hits += positive;
  }
  return tally;
}

function exactMatch(input: MultiLabelScores, thresholdOf: (label: number) => number): number {
  const { scores, targets, numLabels, sampleWeight } = input;
  let [right, all] = [0, 0];
  for (let row = 0; row < targets.length / numLabels; row++) {
    const isRight = Array.from({ length: numLabels }, (_, label) => {
      const at = row * numLabels + label;
      return scores[at]! >= thresholdOf(label) === targets[at]! > 0.5;
    }).every(Boolean);
    const weight = sampleWeight?.[row] ?? 1;
    right += isRight ? weight : 0;
    all += weight;
  }
  return right / all;
}

function checkSizes({ scores, targets, numLabels, sampleWeight }: MultiLabelScores): void {
  const rows = targets.length / numLabels;
  const weights = sampleWeight?.length ?? rows;
  if (scores.length === targets.length && Number.isInteger(rows) && weights === rows) return;
  throw new GraftError(
    "shape-mismatch",
    `${scores.length} scores, ${targets.length} targets and ${weights} weights don't fit rows of ${numLabels} labels. Pass a score and a target for each sample and label, and a weight for each sample.`,
    { details: { scores: scores.length, targets: targets.length, numLabels, weights } },
  );
}
