import {
  GraftError,
  measureTargets,
  regressionJudge,
  regressionReport,
  type TargetScale,
} from "@graft-ml/core";
import { regressionTask } from "@graft-ml/vision";
import {
  openPictureTable,
  type PictureTable,
  type TargetSample,
  targetSource,
} from "@graft-ml/vision/node";
import type { NumbersPrediction, NumbersScored } from "../run/predictions.js";
import { openTableToScore } from "./open-table.js";
import type { Reading } from "./reading.js";
import type { TaskKind } from "./task-kind.js";

type NumbersReading = Extract<Reading, { task: "regression" }>;

/** Numbers to predict. */
export const regressionKind: TaskKind<PictureTable, TargetSample, NumbersScored, NumbersReading> = {
  metrics: ["mae", "rmse", "r2"],
  loss: "squared error in deviations",
  output: "number",
  about: (names) => (names.length === 1 ? "predicts a number" : `predicts ${names.length} numbers`),
  check({ balance, labelSmoothing }) {
    const [given] = [
      ...(balance === "none" ? [] : [`--balance ${balance}`]),
      ...(labelSmoothing === 0 ? [] : [`--label-smoothing ${labelSmoothing}`]),
    ];
    if (given === undefined) return;
    throw new GraftError("usage", `${given} is for classes and labels; numbers have none.`);
  },
  open: ({ data, targets }, given) =>
    openPictureTable(data, {
      task: "regression",
      validation: 0,
      ...(targets === null ? {} : { columns: targets }),
      ...given,
    }),
  openToScore: (data, classes) =>
    openTableToScore(data, classes, (columns) => ({ task: "regression", columns })),
  source: targetSource,
  has: () => true,
  learning: (_, { dataset, preprocess }) => ({
    task: regressionTask({ preprocess, ...scaleOf(dataset) }),
  }),
  read: ({ dataset }) => ({ task: "regression", scale: scaleOf(dataset) }),
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
};

const scaleOf = ({ train }: PictureTable): TargetScale =>
  measureTargets(train.map(({ targets }) => targets));

function predictionOf(
  { name, targets }: TargetSample,
  outputs: Float32Array,
  { std }: TargetScale,
): NumbersPrediction {
  const squares = targets.map((target, i) => ((outputs[i]! - target) / std[i]!) ** 2);
  const loss = squares.reduce((a, b) => a + b, 0) / squares.length;
  if (!Number.isFinite(loss)) {
    throw new GraftError(
      "loss-not-finite",
      `The loss of ${name} is ${loss}: the weights give numbers that are not finite. Train with a lower learning rate.`,
      { details: { name, loss } },
    );
  }
  return { picture: name, truth: [...targets], loss, values: Array.from(outputs) };
}
