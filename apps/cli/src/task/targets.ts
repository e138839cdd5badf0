import {
  GraftError,
  measureTargets,
  regressionJudge,
  regressionReport,
  type TargetScale,
} from "@graft-ml/core";
import type { NumbersPrediction, NumbersScored } from "../run/predictions.js";
import { finiteLoss } from "./finite-loss.js";
import type { NumbersReading } from "./reading.js";
import { subjectOf } from "./subject.js";
import type { TaskData, TaskKind, TaskSample } from "./task-kind.js";

type Targeted = TaskSample & { readonly targets: readonly number[] };
type Table = TaskData & { readonly names: readonly string[]; readonly train: readonly Targeted[] };

/** What all kinds that predict numbers have in common. */
export const predictedNumbers = <D extends Table, S extends Targeted>(
  task: NumbersReading["task"],
) =>
  ({
    metrics: ["mae", "rmse", "r2"],
    loss: "squared error in deviations",
    output: "number",
    check({ balance, labelSmoothing }) {
      const [given] = [
        ...(balance === "none" ? [] : [`--balance ${balance}`]),
        ...(labelSmoothing === 0 ? [] : [`--label-smoothing ${labelSmoothing}`]),
      ];
      if (given === undefined) return;
      throw new GraftError("usage", `${given} is for classes and labels; numbers have none.`);
    },
    namesOf: ({ names }) => names,
    has: () => true,
    read: ({ dataset }) => ({ task, scale: scaleOf(dataset) }),
    scored: ({ samples, rows, reading }) =>
      samples.map((sample, i) => predictionOf(sample, rows[i]!, reading.scale)),
    scoreOf({ predictions }, names) {
      const { mae, rmse, r2 } = regressionReport({
        predictions: predictions.flatMap(({ values }) => values),
        targets: predictions.flatMap(({ truth }) => truth),
        numOutputs: names.length,
      });
      const loss = predictions.reduce((sum, one) => sum + one.loss, 0) / predictions.length;
      // Where the truth does not vary there is nothing to explain.
      return { mae, rmse, ...(Number.isNaN(r2) ? {} : { r2 }), loss };
    },
    judge({ reading }) {
      const judge = regressionJudge(reading.scale);
      return { add: judge.add, end: () => ({ ...judge.end(), details: {} }) };
    },
    answer: (outputs, { names }) => ({
      values: Object.fromEntries(names.map((name, i) => [name, outputs[i]!])),
    }),
    scores: (outputs, { scale }) =>
      outputs.map((value, i) => (value - scale.mean[i]!) / scale.std[i]!),
  }) satisfies Partial<TaskKind<D, S, NumbersScored, NumbersReading>>;

/** Of the numbers that are learned from. */
export const scaleOf = ({ train }: Table): TargetScale =>
  measureTargets(train.map(({ targets }) => targets));

function predictionOf(
  sample: Targeted,
  outputs: Float32Array,
  { std }: TargetScale,
): NumbersPrediction {
  const { name, targets } = sample;
  const squares = targets.map((target, i) => ((outputs[i]! - target) / std[i]!) ** 2);
  const loss = finiteLoss(squares.reduce((a, b) => a + b, 0) / squares.length, name);
  return { ...subjectOf(sample), truth: [...targets], loss, values: Array.from(outputs) };
}
