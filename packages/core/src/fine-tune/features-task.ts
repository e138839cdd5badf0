import { classification } from "../objective/classification.js";
import type { Objective } from "../objective/objective.js";
import { FEATURES, type Task } from "./task.js";

/**
 * Features that another network made, (B, D) float32 in the field `features`, towards an objective, for a
 * `linearModel`: what `featureSource` gives of a table. Default: `classification()` of `labels`, (B) int32.
 */
export function featuresTask(objective: Objective = classification()): Task {
  const { name, config, target, score, judge, settle } = objective;
  return {
    key: `core/features/${name}`,
    config,
    inputs: [FEATURES],
    enter: ({ [FEATURES]: features }) => features!,
    target,
    score,
    judge,
    ...(settle ? { settle } : {}),
  };
}
