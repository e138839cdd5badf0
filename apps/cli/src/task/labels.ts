import {
  bestThresholds,
  binaryLoss,
  GraftError,
  type MultiLabelLoss,
  multiLabelJudge,
  multiLabelReport,
  positiveWeights,
  sigmoid,
} from "@graft-ml/core";
import type { LabelsPrediction, LabelsScored } from "../run/predictions.js";
import type { TrainOptions } from "../run/train-options.js";
import { finiteLoss } from "./finite-loss.js";
import type { LabelsReading } from "./reading.js";
import { subjectOf } from "./subject.js";
import type { TaskData, TaskKind, TaskSample } from "./task-kind.js";

type Targeted = TaskSample & { readonly targets: readonly number[] };
type Table = TaskData & { readonly names: readonly string[]; readonly train: readonly Targeted[] };

/** What all kinds with any number of labels a sample have in common. */
export const severalLabels = <D extends Table, S extends Targeted>(task: LabelsReading["task"]) =>
  ({
    metrics: ["meanAveragePrecision", "macroF1", "exactMatch"],
    loss: "binary cross-entropy",
    output: "label",
    check({ targets, balance }) {
      if (targets !== null) {
        throw new GraftError(
          "usage",
          "--targets names columns of numbers, for --task regression and text-numbers; labels are in the column labels, as a|b|c.",
        );
      }
      if (balance === "sampling") {
        throw new GraftError(
          "usage",
          "--balance sampling needs one class each. With several labels use --balance weights.",
        );
      }
    },
    namesOf: ({ names }) => names,
    has: ({ targets }, at) => targets[at] === 1,
    read: ({ samples, rows, dataset }) => ({
      task,
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
  }) satisfies Partial<TaskKind<D, S, LabelsScored, LabelsReading>>;

/** What rare labels are worth in the loss. */
export function weighed(
  { balance, labelSmoothing }: TrainOptions,
  { train, names }: Table,
): MultiLabelLoss {
  const targets = train.flatMap((sample) => sample.targets);
  const positiveWeight =
    balance === "weights" ? positiveWeights(targets, { numLabels: names.length }) : undefined;
  return { labelSmoothing, ...(positiveWeight ? { positiveWeight } : {}) };
}

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

/** A threshold is some sample's own score: a little lower, rounding can't part them. */
const justBelow = (threshold: number): number => Math.floor(threshold * 1e5) / 1e5;

function probabilitiesOf(outputs: Float32Array): number[] {
  return Array.from(outputs, sigmoid);
}

function predictionOf(
  sample: Targeted,
  logits: Float32Array,
  names: readonly string[],
): LabelsPrediction {
  const { name, targets } = sample;
  const losses = targets.map((target, i) => binaryLoss(logits[i]!, target));
  const loss = finiteLoss(losses.reduce((a, b) => a + b, 0) / losses.length, name);
  return {
    ...subjectOf(sample),
    truth: names.filter((_, i) => targets[i] === 1),
    loss,
    scores: probabilitiesOf(logits),
  };
}
