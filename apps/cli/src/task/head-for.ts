import {
  type FloatWeights,
  type Model,
  modelFromConfig,
  replaceHead,
  withBertHead,
} from "@graft-ml/core";
import { kinds } from "./kinds.js";
import type { TaskName } from "./reading.js";

/** The model with a new head of so many outputs for a task: of a network for texts also one of another kind. */
export function headFor(
  task: TaskName,
  { model, weights }: { model: Model; weights: FloatWeights },
  outputs: number,
): Model {
  if (kinds[task].modality.name === "pictures") return replaceHead(model, outputs);
  const head = task === "tokens" ? "token" : task === "qa" ? "question" : "sequence";
  const hasPooler = Object.keys(weights).some((name) => name.includes("pooler."));
  const { pooling } = model.config;
  // A network that was trained on hidden words alone has no pooler: the mean of its words stands for a text.
  const mean = hasPooler || pooling !== undefined ? {} : { pooling: "mean" };
  return modelFromConfig(withBertHead({ ...model.config, ...mean }, { head, numClasses: outputs }));
}
