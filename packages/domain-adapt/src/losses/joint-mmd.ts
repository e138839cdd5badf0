import { GraftError } from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { gaussianKernels, type KernelOptions } from "./gaussian-kernels.js";
import { type MmdEstimate, mmdCoefficients } from "./mmd-coefficients.js";
import { checkPair, type DomainPair } from "./shapes.js";

export type JointMmdOptions = {
  /** What each layer gives for both domains, (B, D), and its kernels; all with the same samples. */
  readonly layers: readonly (DomainPair & KernelOptions)[];
  /** Default "biased". */
  readonly estimate?: MmdEstimate;
};

/**
 * The joint MMD of several layers, such as features and softmax probabilities: the kernels of the layers
 * are multiplied, so that their joint distribution is compared (JAN, Long et al. 2017, arXiv 1605.06636,
 * section 4.1). Throws as `mmdLoss`.
 */
export function jointMmdLoss({ layers, estimate = "biased" }: JointMmdOptions): tf.Scalar {
  const [first] = layers;
  if (!first) throw new GraftError("config-invalid", "The joint MMD needs one layer at least.");
  const [rows, others] = [first.source.shape[0], first.target.shape[0]];
  const kernels = layers.map(({ source, target, ...options }) => {
    checkPair({ source, target }, "The joint MMD");
    if (source.shape[0] !== rows || target.shape[0] !== others) throw unevenLayers(layers);
    return gaussianKernels(tf.concat([source, target], 0), options);
  });
  const joint = kernels.reduce((product, kernel) => tf.mul(product, kernel));
  return tf.sum(tf.mul(joint, mmdCoefficients(rows, others, estimate)));
}

function unevenLayers(layers: readonly DomainPair[]): GraftError {
  const rows = layers.map(({ source, target }) => `${source.shape[0]} and ${target.shape[0]}`);
  return new GraftError(
    "shape-mismatch",
    `The layers of a joint MMD must hold the same samples; they have ${rows.join("; ")} rows.`,
  );
}
