import type * as tf from "@tensorflow/tfjs-core";
import { GraftError } from "../errors.js";
import type { Pass } from "../nn/pass.js";
import type { TensorMap } from "../program.js";
import type { Model, Stage } from "./model.js";

export type StageRange = {
  /** First stage to run. Default: the model's first. */
  from?: string;
  /** Last stage to run, itself included. Default: the model's last. */
  to?: string;
};

/** Runs a stretch of a model. `params` holds weights and running statistics by checkpoint key. */
export function runStages(
  model: Model,
  params: TensorMap,
  x: tf.Tensor,
  pass: Pass,
  range: StageRange = {},
): tf.Tensor {
  return stagesOf(model, range).reduce((y, stage) => stage.apply(params, y, pass), x);
}

/** The stages from one to another, both included. Throws `config-invalid` for a name that is not there. */
export function stagesOf(model: Model, { from, to }: StageRange = {}): readonly Stage[] {
  const first = from === undefined ? 0 : indexOf(model, from);
  const last = to === undefined ? model.stages.length - 1 : indexOf(model, to);
  return model.stages.slice(first, last + 1);
}

/** The stage that follows `name`: where the trainable part starts when all up to `name` is frozen. */
export function stageAfter(model: Model, name: string): string | undefined {
  return model.stages[indexOf(model, name) + 1]?.name;
}

function indexOf(model: Model, name: string): number {
  const index = model.stages.findIndex((stage) => stage.name === name);
  if (index >= 0) return index;
  const names = model.stages.map((stage) => stage.name);
  throw new GraftError(
    "config-invalid",
    `"${model.architecture}" has no stage "${name}". Its stages are ${names.join(", ")}.`,
    { details: { architecture: model.architecture, stage: name, stages: names } },
  );
}
