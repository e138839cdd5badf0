import * as tf from "@tensorflow/tfjs-core";
import { unbroadcast } from "./broadcast.js";
import { attribute, type Rules, single } from "./rule.js";

/** Batch normalisation with given statistics, each of which is an input with its own gradient. */
export const normRules: Rules = {
  FusedBatchNorm: {
    inputsToSave: ["x", "mean", "variance", "scale"],
    gradFunc: (dys, [x, mean, variance, scale], attributes) => {
      const dy = single(dys);
      const epsilon = attribute<number>(attributes, "varianceEpsilon");
      const rstd = () => tf.rsqrt(tf.add(variance!, epsilon));
      const centred = () => tf.sub(x!, mean!);
      const factor = () => tf.mul(scale!, rstd());
      return {
        x: () => tf.mul(dy, factor()),
        scale: () => unbroadcast(tf.mul(dy, tf.mul(centred(), rstd())), scale!.shape),
        offset: () => unbroadcast(dy, scale!.shape),
        mean: () => tf.neg(tf.mul(unbroadcast(dy, mean!.shape), factor())),
        variance: () => {
          const slope = tf.mul(-0.5, tf.mul(factor(), tf.square(rstd())));
          return tf.mul(unbroadcast(tf.mul(dy, centred()), variance!.shape), slope);
        },
      };
    },
  },
};
