import type { FineTuneOptions } from "@graft-ml/core";

/**
 * BERT as its paper fine-tunes it (Devlin et al. 2018, arXiv 1810.04805, A.3), for `fineTune`: all layers
 * and the new head at once, 3 epochs, batches of 16, AdamW with decay 0.01 but for biases and norms, the
 * rate up for a tenth of the steps and down along a line. `rate` is its peak; default 1e-5. With
 * `bucketSampler` as the sampler batches are padded little.
 */
export const bertRecipe = (options: { rate?: number; epochs?: number } = {}) => {
  const { rate = 1e-5, epochs = 3 } = options;
  return {
    strategy: "finetune",
    cut: null,
    views: "none",
    batchSize: 16,
    head: { epochs: 0 },
    tail: { epochs, rate, schedule: "linear", warmup: 0.1, weightDecay: 0.01 },
    clipNorm: 1,
  } as const satisfies Partial<FineTuneOptions>;
};
