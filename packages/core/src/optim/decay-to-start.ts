import * as tf from "@tensorflow/tfjs-core";
import type { Optimizer } from "./optimizer.js";

/**
 * L2-SP (arXiv 1802.01483): the optimizer's own weight decay pulls towards the weights that training
 * started from and not towards 0. It updates how far each weight has moved, the slot `moved`, which
 * starts at 0: in those terms the start is the origin. So the decay of SGD enters its gradient and that
 * of AdamW does not, as ever; biases and norms decay where their group says so. Costs one more array
 * of state a weight.
 */
export const decayToStart = (optimizer: Optimizer): Optimizer => ({
  ...optimizer,
  name: `${optimizer.name}+start`,
  slots: [...optimizer.slots, MOVED],
  update: ({ weight, grad, state, scalars }) =>
    tf.tidy(() => {
      const { [MOVED]: moved = tf.zerosLike(weight), ...rest } = state;
      const next = optimizer.update({ weight: moved, grad, state: rest, scalars });
      const start = tf.sub(weight, moved);
      return {
        weight: tf.add(start, next.weight),
        state: { ...next.state, [MOVED]: next.weight },
      };
    }),
});

const MOVED = "moved";
