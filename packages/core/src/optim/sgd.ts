import * as tf from "@tensorflow/tfjs-core";
import { at, type Optimizer, type Schedule } from "./optimizer.js";

export type SgdOptions = {
  learningRate: Schedule;
  /** Default 0: plain gradient descent, without state. */
  momentum?: number;
  /** Looks ahead along the momentum (needs `momentum`). Default false. */
  nesterov?: boolean;
  /** L2 penalty added to the gradient, times the group's decay. Default 0. */
  weightDecay?: number;
};

/**
 * Stochastic gradient descent as torch.optim.SGD has it: d = g + decay w; m = momentum m + d;
 * w -= rate (nesterov ? d + momentum m : m). The scalars are `rate`, `decay`, `momentum`, `nesterov` (0 or 1).
 */
export function sgd(options: SgdOptions): Optimizer {
  const { learningRate, momentum = 0, nesterov = false, weightDecay = 0 } = options;
  return {
    name: "sgd",
    slots: momentum === 0 ? [] : ["momentum"],
    scalars: ({ step, group }) => ({
      rate: at(learningRate, step) * group.rate,
      decay: weightDecay * group.decay,
      momentum,
      nesterov: nesterov && momentum !== 0 ? 1 : 0,
    }),
    update: ({ weight, grad, state, scalars }) =>
      tf.tidy(() => {
        const rate = scalars.rate ?? 0;
        const keep = scalars.momentum ?? 0;
        const decayed = tf.add(grad, tf.mul(weight, scalars.decay ?? 0));
        const past = state.momentum;
        if (past === undefined) return { weight: tf.sub(weight, tf.mul(decayed, rate)), state: {} };
        const next = tf.add(tf.mul(past, keep), decayed);
        const move = scalars.nesterov === 1 ? tf.add(decayed, tf.mul(next, keep)) : next;
        return { weight: tf.sub(weight, tf.mul(move, rate)), state: { momentum: next } };
      }),
  };
}
