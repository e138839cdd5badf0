import {
  type Model,
  type Program,
  type ProgramInput,
  stagesOf,
  type Task,
  taskProgram,
} from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Adaptation } from "./adaptation.js";
import { bothOutputs, defaultFeatures, rampOf } from "./domain-outputs.js";
import { hasTarget, TARGET } from "./target-fields.js";

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
  const { source, target, moved } = bothOutputs(parts, input);
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
