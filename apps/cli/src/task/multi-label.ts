import {
  bestThresholds,
  binaryLoss,
  GraftError,
  multiLabelJudge,
  multiLabelReport,
  positiveWeights,
  sigmoid,
} from "@graft-ml/core";
import { multiLabelTask } from "@graft-ml/vision";
import {
  openPictureTable,
  type PictureTable,
  type TargetSample,
  targetSource,
} from "@graft-ml/vision/node";
import type { LabelsPrediction, LabelsScored } from "../run/predictions.js";
import { openTableToScore } from "./open-table.js";
import type { Reading } from "./reading.js";
import type { TaskKind } from "./task-kind.js";

type LabelsReading = Extract<Reading, { task: "multi-label" }>;

/** Any number of labels a picture. */
export const multiLabelKind: TaskKind<PictureTable, TargetSample, LabelsScored, LabelsReading> = {
  metrics: ["meanAveragePrecision", "macroF1", "exactMatch"],
  loss: "binary cross-entropy",
  output: "label",
  about: (names) => `gives pictures any number of ${names.length} labels`,
  check({ targets, balance }) {
    if (targets !== null) {
      throw new GraftError(
        "usage",
        "--targets names columns of numbers, for --task regression; labels are in the column labels, as a|b|c.",
      );
    }
    if (balance === "sampling") {
      throw new GraftError(
        "usage",
        "--balance sampling needs one class a picture. With several labels use --balance weights.",
      );
    }
  },
  open: ({ data }, given) =>
    openPictureTable(data, { task: "multi-label", validation: 0, ...given }),
  openToScore: (data, classes) =>
    openTableToScore(data, classes, (names) => ({ task: "multi-label", names })),
  source: targetSource,
  has: ({ targets }, at) => targets[at] === 1,
  learning({ balance, labelSmoothing }, { dataset, preprocess }) {
    const targets = dataset.train.flatMap((sample) => sample.targets);
    const positiveWeight =
      balance === "weights"
        ? positiveWeights(targets, { numLabels: dataset.names.length })
        : undefined;
    const loss = { labelSmoothing, ...(positiveWeight ? { positiveWeight } : {}) };
    return { task: multiLabelTask({ preprocess, loss }) };
  },
  read: ({ samples, rows, dataset }) => ({
    task: "multi-label",
    thresholds: bestThresholds({
      scores: rows.flatMap(probabilitiesOf),
      targets: samples.flatMap((sample) => sample.targets),
      numLabels: dataset.names.length,
    }).map(justBelow),
  }),
  scored: ({ samples, rows, names }) =>
    samples.map((sample, i) => predictionOf(sample, rows[i]!, names)),
  scoreOf(scored, names) {
    const { labels: _, microF1: __, ...report } = labelsReport(scored, names);
    const { predictions } = scored;
    const loss = predictions.reduce((sum, one) => sum + one.loss, 0) / predictions.length;
    // Without a label there is no precision to average.
    const { meanAveragePrecision, ...others } = report;
    return Number.isNaN(meanAveragePrecision) ? { ...others, loss } : { ...report, loss };
  },
  judge({ reading: { thresholds }, names }) {
    const judge = multiLabelJudge({ thresholds });
    return {
      add: judge.add,
      end: () => {
        const { metrics, labels } = judge.end();
        const about = (i: number) => ({ label: names[i]!, threshold: thresholds[i]! });
        return {
          metrics,
          details: { labels: labels.map((report, i) => ({ ...about(i), ...report })) },
        };
      },
    };
  },
  answer(outputs, { reading, names, top: most }) {
    const ranked = probabilitiesOf(outputs)
      .map((score, i) => ({ label: names[i]!, score, taken: score >= reading.thresholds[i]! }))
      .sort((a, b) => b.score - a.score);
    const told = ({ label, score }: { label: string; score: number }) => ({ label, score });
    const labels = ranked.filter(({ taken }) => taken).map(told);
    return { labels, ...(most > 1 ? { top: ranked.slice(0, most).map(told) } : {}) };
  },
  scores: probabilitiesOf,
};

/** The thresholds' report on the predictions of a part. */
export const labelsReport = (
  { predictions, thresholds }: LabelsScored,
  names: readonly string[],
): ReturnType<typeof multiLabelReport> =>
  multiLabelReport({
    scores: predictions.flatMap(({ scores }) => scores),
    targets: predictions.flatMap(({ truth }) =>
      names.map((name) => (truth.includes(name) ? 1 : 0)),
    ),
    numLabels: names.length,
    thresholds,
  });

/** A threshold is some picture's own score: a little lower, rounding can't part them. */
const justBelow = (threshold: number): number => Math.floor(threshold * 1e5) / 1e5;

function probabilitiesOf(outputs: Float32Array): number[] {
  return Array.from(outputs, sigmoid);
}

function predictionOf(
  { name, targets }: TargetSample,
  logits: Float32Array,
  names: readonly string[],
): LabelsPrediction {
  const losses = targets.map((target, i) => binaryLoss(logits[i]!, target));
  const loss = losses.reduce((a, b) => a + b, 0) / losses.length;
  if (!Number.isFinite(loss)) {
    throw new GraftError(
      "loss-not-finite",
      `The loss of ${name} is ${loss}: the weights give scores that are not finite. Train with a lower learning rate.`,
      { details: { name, loss } },
    );
  }
  return {
    picture: name,
    truth: names.filter((_, i) => targets[i] === 1),
    loss,
    scores: probabilitiesOf(logits),
  };
}
