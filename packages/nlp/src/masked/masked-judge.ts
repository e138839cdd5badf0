import { GraftError, type Judge } from "@graft-ml/core";
import { perplexity } from "../metrics/perplexity.js";
import { maskedGuesses } from "./masked-guesses.js";

/** Over all hidden tokens, each of which counts the same. */
export type MaskedVerdict = {
  readonly metrics: {
    /** Mean cross-entropy in nats. */
    readonly loss: number;
    /** exp(loss). */
    readonly perplexity: number;
    /** Share of the tokens that are the best one where they were hidden. */
    readonly accuracy: number;
  };
  /** Hidden tokens. */
  readonly words: number;
};

/** Adds up batches of `maskedSource`. */
export function maskedJudge(): Judge<MaskedVerdict> {
  let [lossSum, hits, words] = [0, 0, 0];
  return {
    add(batch, logits) {
      for (const { loss, guess, label } of maskedGuesses(batch, logits)) {
        lossSum += loss;
        hits += guess === label ? 1 : 0;
        words += 1;
      }
    },
    end() {
      if (words > 0 && !Number.isFinite(lossSum)) {
        throw new GraftError(
          "loss-not-finite",
          `The loss over ${words} hidden tokens is ${lossSum}. Train with a lower learning rate.`,
          { details: { loss: lossSum, words } },
        );
      }
      const metrics = {
        perplexity: perplexity([{ lossSum, words }]),
        loss: lossSum / words,
        accuracy: hits / words,
      };
      return { metrics, words };
    },
  };
}
