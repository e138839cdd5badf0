import { type Batch, GraftError, type Judge } from "@graft-ml/core";
import { perplexity } from "../metrics/perplexity.js";

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
    add(batch, { data, width }) {
      const { labels, weights } = fieldsOf(batch);
      const slots = labels.shape[1]!;
      weights.data.forEach((weight, at) => {
        // Rows that only fill a batch up count for nothing.
        if (weight === 0 || batch.weight?.data[Math.floor(at / slots)] === 0) return;
        const row = data.subarray(at * width, (at + 1) * width);
        const own = row[labels.data[at]!]!;
        const top = row.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY);
        const sum = row.reduce((all, each) => all + Math.exp(each - top), 0);
        lossSum += Math.log(sum) + top - own;
        hits += own === top ? 1 : 0;
        words += 1;
      });
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

function fieldsOf({ masked_labels: labels, masked_weights: weights }: Batch) {
  if (labels && weights) return { labels, weights };
  throw new GraftError(
    "batch-invalid",
    `Evaluation needs the batch fields "masked_labels" and "masked_weights". Take batches of maskedSource.`,
  );
}
