import { GraftError, linear, relu, type TensorMap, type WeightSpecs } from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { checkPair, type DomainPair } from "./shapes.js";
import { weightedMean } from "./weighted-mean.js";

export type DomainDiscriminatorOptions = {
  /** What its weights' names begin with. Default "discriminator". */
  readonly name?: string;
  /** Width of the features that it judges. */
  readonly features: number;
  /** Width of its two hidden layers. Default 256. */
  readonly hidden?: number;
};

/** A network of three layers that tells domains apart: its weights, and (B, D) -> logits (B, 1). */
export type Discriminator = {
  readonly specs: WeightSpecs;
  readonly apply: (params: TensorMap, features: tf.Tensor2D) => tf.Tensor2D;
};

/**
 * The domain classifier of DANN, features -> hidden -> hidden -> 1 with relu between (Ganin and Lempitsky
 * 2015, section 4.1). Its weights are `NAME.0`, `NAME.1` and `NAME.2`, started as He et al. 2015 do. Throws
 * `shape-mismatch` for features of another width.
 */
export function domainDiscriminator(options: DomainDiscriminatorOptions): Discriminator {
  const { name = "discriminator", features, hidden = 256 } = options;
  const sizes = [features, hidden, hidden, 1];
  const layers = sizes.slice(1).map((out, at) => ({ name: `${name}.${at}`, in: sizes[at]!, out }));
  return {
    specs: Object.fromEntries(layers.flatMap(layerSpecs)),
    apply: (params, x) => {
      checkWidth(x, features);
      return layers.reduce((y, layer, at) => {
        const weight = params[`${layer.name}.weight`] as tf.Tensor2D;
        const bias = params[`${layer.name}.bias`] as tf.Tensor1D;
        const next = linear({ weight, bias }, y);
        return at < layers.length - 1 ? relu(next) : next;
      }, x);
    },
  };
}

function checkWidth({ shape }: tf.Tensor2D, features: number): void {
  if (shape.length === 2 && shape[1] === features) return;
  throw new GraftError(
    "shape-mismatch",
    `The discriminator takes features that are ${features} wide, not [${shape}]. Make it for the width of the stage whose features are compared.`,
    { details: { features, shape } },
  );
}

const layerSpecs = (layer: { name: string; in: number; out: number }) => {
  const bias = { kind: "constant", value: 0 } as const;
  return [
    [
      `${layer.name}.weight`,
      { shape: [layer.out, layer.in], role: "param", init: { kind: "kaiming-uniform" } },
    ],
    [`${layer.name}.bias`, { shape: [layer.out], role: "param", init: bias }],
  ] as const;
};

export type DomainLossOptions = DomainPair & {
  /** Weight of each source sample (B). Default: all 1. */
  readonly sourceWeight?: tf.Tensor;
  /** Weight of each target sample (B'). Default: all 1. */
  readonly targetWeight?: tf.Tensor;
};

/**
 * How badly logits (B, 1) tell the source (1) from the target (0): the sum of both domains' mean
 * cross-entropies, -E log D(x_s) - E log(1 - D(x_t)) (Ganin et al. 2016, arXiv 1505.07818, eq. 9).
 * Behind `reverseGradient` the features learn to raise what the discriminator lowers. Throws `shape-mismatch`.
 */
export function domainLoss(options: DomainLossOptions): tf.Scalar {
  const { source, target, sourceWeight, targetWeight } = options;
  checkPair(options, "The domain loss");
  const rows = (losses: tf.Tensor) => tf.reshape(losses, [-1]);
  return tf.add<tf.Scalar>(
    weightedMean(rows(tf.softplus(tf.neg(source))), sourceWeight),
    weightedMean(rows(tf.softplus(target)), targetWeight),
  );
}
