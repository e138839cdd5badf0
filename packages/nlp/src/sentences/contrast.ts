import {
  adamw,
  createBatches,
  linearSchedule,
  type Session,
  type SessionOptions,
  type Source,
  type TrainEvent,
  train,
  warmUp,
} from "@graft-ml/core";
import type { EmbeddingOptions } from "./embedding.js";
import type { ContrastOptions } from "./few-shot-options.js";
import { pairProgram } from "./pair-program.js";

/** What the encoder's training is: its optimizer for the session, and its events once that is open. */
export type Contrast = {
  readonly optimizer: NonNullable<SessionOptions["optimizer"]>;
  train(session: Session, options: { signal?: AbortSignal }): AsyncGenerator<TrainEvent, void>;
};

/** Contrastive training on pairs, as SetFit's first half (arXiv 2209.11055, section 3.1). */
export function contrastOf(
  pairs: Source,
  options: EmbeddingOptions & { contrast: ContrastOptions; seed: number },
): Contrast {
  const { contrast, seed } = options;
  const { epochs = 1, batchSize = 16, rate: peak = 2e-5, weightDecay = 0.01 } = contrast;
  // Pairs are in an order of their own already.
  const batches = createBatches(pairs, {
    batchSize: Math.min(batchSize, pairs.size),
    seed,
    shuffle: false,
  });
  const steps = Math.max(1, epochs * batches.stepsPerEpoch);
  const climb = Math.min(Math.round(steps / 10), steps - 1);
  const fall = linearSchedule({ from: peak, to: 0, steps: steps - climb });
  const rate = climb === 0 ? fall : warmUp({ steps: climb, schedule: fall });
  return {
    optimizer: adamw({ learningRate: rate, weightDecay }),
    train: (session, { signal }) =>
      train({
        session,
        program: pairProgram(options),
        batches,
        epochs,
        rate,
        clipNorm: 1,
        ...(signal ? { signal } : {}),
      }),
  };
}
