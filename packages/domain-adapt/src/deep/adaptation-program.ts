import {
  createPass,
  GraftError,
  type Model,
  type Program,
  type ProgramInput,
  runStages,
  stageAfter,
  stagesOf,
  type Task,
  type TensorMap,
  taskProgram,
} from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Adaptation, DomainOutputs } from "./adaptation.js";
import { hasTarget, joined, RAMP, TARGET, unlabelledFields } from "./target-fields.js";

export type AdaptationProgramOptions = {
  readonly task: Task;
  readonly model: Model;
  readonly adaptation: Adaptation;
  /** What multiplies the penalty. Default: the adaptation's own. */
  readonly weight?: number;
  /** The stage whose outputs are the features; maps (B, H, W, C) are averaged to (B, C). Default: the one before the head. */
  readonly featuresAt?: string;
};

/**
 * The task on the source plus `weight` times the adaptation's penalty, as one program: loss, and the
 * metrics `taskLoss` and `penalty` beside the task's own. A batch has the source's fields, the target's
 * under `target/`, and maybe `ramp`, as `domainBatches` makes it; without a target it is `taskProgram`.
 * Both domains go through the network as one batch: batch norm that is live is normalised by both
 * together and moves to both. Throws `config-invalid`; and `batch-invalid` where their shapes differ.
 */
export function adaptationProgram(options: AdaptationProgramOptions): Program {
  const { task, model, adaptation } = options;
  const { weight = adaptation.weight } = options;
  const featuresAt = options.featuresAt ?? defaultFeatures(model);
  stagesOf(model, { to: featuresAt });
  const plain = taskProgram({ task, model });
  const parts: Parts = { task, model, adaptation, weight, featuresAt };
  return {
    key: `${task.key}/adapt/${adaptation.name}`,
    config: { task: plain.config, adaptation: adaptation.config, weight, featuresAt },
    run: (input) => (hasTarget(input.batch) ? ofBothDomains(parts, input) : plain.run(input)),
  };
}

type Parts = Required<AdaptationProgramOptions>;

function ofBothDomains(parts: Parts, input: ProgramInput): ReturnType<Program["run"]> {
  const { task, adaptation, weight } = parts;
  const { batch, params } = input;
  const { source, target, moved } = outputsOf(parts, input);
  const { loss, metrics } = task.score(source.logits, { ...input, batch });
  const outputs = { logits: source.logits, [`${TARGET}logits`]: target.logits };
  if (!loss) return { outputs, buffers: moved };
  const penalty = adaptation.penalty({ source, target, ramp: rampOf(batch), params });
  return {
    loss: tf.add<tf.Scalar>(loss, tf.mul(penalty, weight)),
    metrics: { ...metrics, taskLoss: loss, penalty },
    buffers: moved,
    outputs,
  };
}

type Outputs = {
  readonly source: DomainOutputs;
  readonly target: DomainOutputs;
  readonly moved: TensorMap;
};

/** One pass over both domains' samples, and each domain's share of what it gave. */
function outputsOf({ task, model, featuresAt }: Parts, input: ProgramInput): Outputs {
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

/** One number for the whole batch. */
function rampOf({ [RAMP]: ramp }: TensorMap): tf.Scalar {
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

function defaultFeatures(model: Model): string {
  const name = model.stages.at(-2)?.name;
  if (name !== undefined) return name;
  throw new GraftError(
    "config-invalid",
    `The model "${model.architecture}" has one stage only, so it has no features before its head.`,
    { details: { architecture: model.architecture } },
  );
}
