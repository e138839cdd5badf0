import { GraftError } from "@graft-ml/core";

/**
 * exp of the mean loss in nats over the words that were predicted: as if a model chose among so many.
 * For a masked language model the words that were masked. Takes sums batch by batch, so that every word
 * counts the same. Throws `shape-mismatch` where there are none.
 */
export function perplexity(
  batches: Iterable<{ readonly lossSum: number; readonly words: number }>,
): number {
  let [loss, words] = [0, 0];
  for (const batch of batches) {
    loss += batch.lossSum;
    words += batch.words;
  }
  if (words > 0) return Math.exp(loss / words);
  throw new GraftError("shape-mismatch", "No word was masked, so that there is no perplexity.");
}
