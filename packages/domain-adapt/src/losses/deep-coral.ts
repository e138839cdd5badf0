import * as tf from "@tensorflow/tfjs-core";
import { checkPair, type DomainPair } from "./shapes.js";

/**
 * |C_S - C_T|_F^2 / (4 d^2), the distance between the covariances (over n - 1) of features (B, D) of two
 * domains (Sun and Saenko 2016, arXiv 1607.01719, eqs. 1 to 3). Throws `shape-mismatch` for widths that
 * differ and for fewer than two rows.
 */
export function deepCoral(features: DomainPair): tf.Scalar {
  checkPair(features, "Deep CORAL", 2);
  const width = features.source.shape[1];
  const difference = tf.sub(covariance(features.source), covariance(features.target));
  return tf.div<tf.Scalar>(tf.sum(tf.square(difference)), 4 * width ** 2);
}

function covariance(x: tf.Tensor2D): tf.Tensor2D {
  const centred = tf.sub<tf.Tensor2D>(x, tf.mean(x, 0, true));
  return tf.div(tf.matMul(centred, centred, true), x.shape[0] - 1);
}
