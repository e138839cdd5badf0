import type { Json, TensorMap, WeightSpecs } from "@graft-ml/core";
import type * as tf from "@tensorflow/tfjs-core";

/** What a network gives of one domain's samples: features (B, D) and logits (B, C). */
export type DomainOutputs = {
  readonly features: tf.Tensor2D;
  readonly logits: tf.Tensor2D;
};

export type PenaltyInput = {
  readonly source: DomainOutputs;
  readonly target: DomainOutputs;
  /** How much the penalty counts by now: from 0 to 1 over the training. */
  readonly ramp: tf.Scalar;
  /** Every weight that the session holds, the adaptation's own among them. */
  readonly params: TensorMap;
};

/** What draws two domains together while a network learns its task on one of them. */
export type Adaptation = {
  readonly name: string;
  /** With `name`, describes everything that `penalty` closes over. */
  readonly config: Json;
  /** What multiplies the penalty where nothing else is said. */
  readonly weight: number;
  /** Weights of its own, such as a discriminator's; their names are none of the model's. */
  readonly specs: WeightSpecs;
  /** Which of them are drawn once and never trained. Default: none. */
  readonly fixed?: (name: string) => boolean;
  /** The scalar that is added to the task's loss; its ramp is in it. */
  penalty(input: PenaltyInput): tf.Scalar;
};
