import * as tf from "@tensorflow/tfjs-core";
import { at, type Optimizer, type Schedule } from "./optimizer.js";

export type AdamwOptions = {
  learningRate: Schedule;
  /** How much of the running mean of the gradient is kept a step. Default 0.9. */
  beta1?: number;
  /** The same for its square. Default 0.999. */
  beta2?: number;
  /** Added to the root of the running square. Default 1e-8. */
  epsilon?: number;
  /** Share of a weight taken off a step, times the rate and the group's decay. Default 0.01. */
  weightDecay?: number;
};

/**
 * AdamW (arXiv 1711.05101, algorithm 2) as torch.optim.AdamW has it. The scalars are `rate`, `decay`,
 * `beta1`, `beta2`, `epsilon`, and `correction1`, `correction2` (1 - beta^t, t from 1).
 */
export function adamw(options: AdamwOptions): Optimizer {
  const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01 } = options;
  return {
    name: "adamw",
    slots: ["mean", "variance"],
    scalars: ({ step, group }) => ({
      rate: at(learningRate, step) * group.rate,
      decay: weightDecay * group.decay,
      beta1,
      beta2,
      epsilon,
      correction1: 1 - beta1 ** (step + 1),
      correction2: 1 - beta2 ** (step + 1),
    }),
    update: ({ weight, grad, state, scalars }) =>
      tf.tidy(() => {
        const { rate = 0, decay = 0, correction1 = 1, correction2 = 1 } = scalars;
        const mean = mix(state.mean, grad, scalars.beta1 ?? 0);
        const variance = mix(state.variance, tf.square(grad), scalars.beta2 ?? 0);
        const root = tf.add(tf.sqrt(tf.mul(variance, 1 / correction2)), scalars.epsilon ?? 0);
        const move = tf.div(tf.mul(mean, rate / correction1), root);
        return {
          weight: tf.sub(tf.mul(weight, 1 - rate * decay), move),
          state: { mean, variance },
        };
      }),
  };
}

/** Exponential moving average; without a past, as if it had been zero. */
const mix = (past: tf.Tensor | undefined, now: tf.Tensor, keep: number): tf.Tensor => {
  const fresh = tf.mul(now, 1 - keep);
  return past === undefined ? fresh : tf.add(tf.mul(past, keep), fresh);
};
