import type { Reading } from "../task/reading.js";
import { scaleOf } from "../task/targets.js";
import type { TaskData } from "../task/task-kind.js";
import { readingIn, type Scored } from "./predictions.js";

/** All folds' answers, in the order of the samples, and what the outputs of a model of all of them mean. */
export function pooledFolds(folds: readonly Scored[], dataset: TaskData): Scored {
  const places = new Map(dataset.train.map(({ name }, at) => [name, at]));
  const predictions = folds
    .flatMap((fold): readonly Scored["predictions"][number][] => fold.predictions)
    .sort((a, b) => places.get(a.name)! - places.get(b.name)!);
  const reading = readingOfAll(folds.map(readingIn), dataset);
  // The predictions of one task belong to its reading.
  return { ...reading, on: "held-out", predictions } as Scored;
}

/** Thresholds are the means of those that the folds chose: nothing is left to choose the model's own on. */
function readingOfAll(readings: readonly Reading[], dataset: TaskData): Reading {
  const [first] = readings as readonly [Reading, ...Reading[]];
  if ("thresholds" in first) {
    const chosen = readings.flatMap((one) => ("thresholds" in one ? [one.thresholds] : []));
    const thresholds = first.thresholds.map((_, at) => mean(chosen.map((each) => each[at]!)));
    return { ...first, thresholds };
  }
  if ("scale" in first) {
    return "names" in dataset ? { ...first, scale: scaleOf(dataset) } : first;
  }
  if (first.task !== "qa") return { task: first.task };
  const chosen = readings.flatMap((one) =>
    "noAnswerThreshold" in one && one.noAnswerThreshold !== undefined
      ? [one.noAnswerThreshold]
      : [],
  );
  return { task: "qa", ...(chosen.length === 0 ? {} : { noAnswerThreshold: mean(chosen) }) };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
