import * as tf from "@tensorflow/tfjs-core";
import { gaussianKernels, type KernelOptions } from "./gaussian-kernels.js";
import { type MmdEstimate, mmdCoefficients } from "./mmd-coefficients.js";
import { checkPair, type DomainPair } from "./shapes.js";

export type MmdLossOptions = DomainPair &
  KernelOptions & {
    /** Default "biased". */
    readonly estimate?: MmdEstimate;
  };

/**
 * The squared maximum mean discrepancy of features (B, D) of two domains under the mean of several
 * Gaussian kernels: the penalty of deep adaptation networks (DAN, Long et al. 2015, arXiv 1502.02791,
 * eqs. 1 and 2). Throws `shape-mismatch`, `config-invalid`, and `batch-invalid` for too few rows.
 */
export function mmdLoss({
  source,
  target,
  estimate = "biased",
  ...kernels
}: MmdLossOptions): tf.Scalar {
  checkPair({ source, target }, "The MMD");
  const coefficients = mmdCoefficients(source.shape[0], target.shape[0], estimate);
  const kernel = gaussianKernels(tf.concat([source, target], 0), kernels);
  return tf.sum(tf.mul(kernel, coefficients));
}
