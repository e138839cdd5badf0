import { type Batch, GraftError, type Logits } from "@graft-ml/core";

/** What a network says of one hidden token. */
export type MaskedGuess = {
  /** Of the batch. */
  readonly row: number;
  /** Where it stands in its row. */
  readonly position: number;
  /** The token that was hidden, and the likeliest one. */
  readonly label: number;
  readonly guess: number;
  /** The probability of `guess`. */
  readonly score: number;
  /** Minus the logarithm of the probability of `label`. */
  readonly loss: number;
};

/** The guesses in a batch of `maskedSource`; rows that only fill it up have none. Throws `batch-invalid`. */
export function* maskedGuesses(batch: Batch, { data, width }: Logits): Generator<MaskedGuess> {
  const { labels, weights, positions } = fieldsOf(batch);
  const slots = labels.shape[1]!;
  for (let at = 0; at < weights.data.length; at++) {
    const row = Math.floor(at / slots);
    if (weights.data[at] === 0 || batch.weight?.data[row] === 0) continue;
    const logits = data.subarray(at * width, (at + 1) * width);
    const label = labels.data[at]!;
    yield { row, position: positions.data[at]!, label, ...guessed(logits, label) };
  }
}

function guessed(
  logits: Float32Array,
  label: number,
): Pick<MaskedGuess, "guess" | "score" | "loss"> {
  // Of several that are best, the hidden one: it is as good as any.
  let guess = label;
  for (let word = 0; word < logits.length; word++) {
    if (logits[word]! > logits[guess]!) guess = word;
  }
  const top = logits[guess]!;
  let sum = 0;
  for (const each of logits) sum += Math.exp(each - top);
  return { guess, score: 1 / sum, loss: Math.log(sum) + top - logits[label]! };
}

function fieldsOf(batch: Batch) {
  const { masked_labels: labels, masked_weights: weights, masked_positions: positions } = batch;
  if (labels && weights && positions) return { labels, weights, positions };
  throw new GraftError(
    "batch-invalid",
    `Evaluation needs the batch fields "masked_labels", "masked_weights" and "masked_positions". Take batches of maskedSource.`,
  );
}
