import {
  createPass,
  GraftError,
  type Model,
  type ProgramInput,
  runStages,
  stageAfter,
  type Task,
  type TensorMap,
} from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import type { DomainOutputs } from "./adaptation.js";
import { joined, RAMP, unlabelledFields } from "./target-fields.js";

type Network = {
  readonly task: Task;
  readonly model: Model;
  /** The stage whose outputs are the features. */
  readonly featuresAt: string;
};

export type BothOutputs = {
  readonly source: DomainOutputs;
  readonly target: DomainOutputs;
  readonly moved: TensorMap;
};

/** One pass over both domains' samples, and each domain's share of what it gave. Throws `batch-invalid`. */
export function bothOutputs(
  { task, model, featuresAt }: Network,
  input: ProgramInput,
): BothOutputs {
  const { sides = [] } = task;
  const both = joined(input.batch, unlabelledFields(task));
  const inputs = Object.fromEntries(Object.entries(both).filter(([name]) => sides.includes(name)));
  const pass = createPass({ ...input, inputs });
  const params = { ...input.params, ...input.buffers };
  const x = runStages(model, params, task.enter(both), pass, { to: featuresAt });
  const from = stageAfter(model, featuresAt);
  const logits = from === undefined ? x : runStages(model, params, x, pass, { from });
  const features = pooled(x, featuresAt);
  const count = countOf(task, input.batch);
  const side = (isTarget: boolean): DomainOutputs => ({
    features: rows(features, isTarget ? count : 0, isTarget ? x.shape[0]! - count : count),
    logits: rows(logits, isTarget ? count : 0, isTarget ? x.shape[0]! - count : count),
  });
  return { source: side(false), target: side(true), moved: pass.moved() };
}

const countOf = ({ inputs }: Task, batch: TensorMap): number => {
  const name = inputs.find((each) => each in batch);
  return name === undefined ? 0 : batch[name]!.shape[0]!;
};

const rows = (x: tf.Tensor, from: number, count: number): tf.Tensor2D =>
  tf.slice(x as tf.Tensor2D, [from, 0], [count, x.shape[1]!]);

/** How much the penalty counts by now: one number for the whole batch, or 1. */
export function rampOf({ [RAMP]: ramp }: TensorMap): tf.Scalar {
  if (!ramp) return tf.scalar(1);
  return tf.reshape(tf.slice(ramp as tf.Tensor1D, [0], [1]), []);
}

function pooled(x: tf.Tensor, stage: string): tf.Tensor {
  if (x.rank === 2) return x;
  if (x.rank === 4) return tf.mean(x, [1, 2]);
  throw new GraftError(
    "config-invalid",
    `The stage "${stage}" gives [${x.shape}], and features are a row or a map a sample. Choose another stage as featuresAt.`,
    { details: { stage, shape: x.shape } },
  );
}

/** The stage before the head. Throws `config-invalid`. */
export function defaultFeatures(model: Model): string {
  const name = model.stages.at(-2)?.name;
  if (name !== undefined) return name;
  throw new GraftError(
    "config-invalid",
    `The model "${model.architecture}" has one stage only, so it has no features before its head.`,
    { details: { architecture: model.architecture } },
  );
}
