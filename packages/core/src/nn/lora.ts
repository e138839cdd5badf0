import type * as tf from "@tensorflow/tfjs-core";

/**
 * A low-rank addition to a layer (arXiv 2106.09685) under PEFT's names: B(A(x)) is added to what the
 * layer gives. A takes the layer's input to a few numbers and B takes these to its output. PEFT's factor
 * alpha / r is part of B here, so that nothing but weights says what a layer computes.
 */
export type LowRank<W extends tf.Tensor> = {
  lora_A?: { weight: W };
  lora_B?: { weight: W };
};
