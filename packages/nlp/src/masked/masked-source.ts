import { type Batch, GraftError, type Source } from "@graft-ml/core";
import type { Tokenizer } from "../tokenize/encoding.js";
import { maskWords } from "./mask-words.js";
import type { TextBlocks } from "./text-packer.js";

export type MaskedSourceOptions = {
  /** What `packTexts` gave, or a part of it. */
  blocks: TextBlocks;
  tokenizer: Pick<Tokenizer, "specialTokens" | "vocabularySize">;
  /** Share of a row's tokens that are hidden. Default 0.15. */
  share?: number;
  /** Decides, with the epoch and the row's number, which ones. Default 0. */
  seed?: number;
};

/**
 * Rows of text with whole words hidden, other ones in each epoch: `input_ids` and `attention_mask` (B, S),
 * and of the P = `share` S places that a row may ask for `masked_positions`, `masked_labels` (both int32)
 * and `masked_weights` (1, or 0 where fewer are hidden), (B, P). Throws `config-invalid` for a tokenizer
 * without [MASK] or [PAD] or a share that is none.
 */
export function maskedSource(options: MaskedSourceOptions): Source {
  const { blocks, tokenizer, share = 0.15, seed = 0 } = options;
  const { mask, pad } = tokenizer.specialTokens;
  if (!mask || !pad || !(share > 0 && share <= 1)) {
    throw new GraftError(
      "config-invalid",
      mask && pad
        ? `The share of hidden tokens is ${share}; it must be above 0 and at most 1.`
        : "Hiding words needs a tokenizer with [MASK] and [PAD]. Take that of a BERT.",
      { details: { share } },
    );
  }
  const { length } = blocks;
  const most = Math.max(1, Math.round(share * length));
  const vocabulary = [firstWord(tokenizer), tokenizer.vocabularySize] as const;
  return {
    size: blocks.size,
    async load(indices, { epoch }): Promise<Batch> {
      const size = indices.length;
      const [ids, attention] = [new Int32Array(size * length), new Int32Array(size * length)];
      const [positions, labels] = [new Int32Array(size * most), new Int32Array(size * most)];
      const weights = new Float32Array(size * most);
      indices.forEach((index, row) => {
        const [start, end] = [index * length, (index + 1) * length];
        const masked = maskWords({
          ids: blocks.ids.subarray(start, end),
          words: blocks.words.subarray(start, end),
          most,
          mask: mask.id,
          vocabulary,
          draw: { seed, epoch, sample: index },
        });
        ids.set(masked.ids, row * length);
        for (let at = 0; at < length; at++) {
          attention[row * length + at] = blocks.ids[start + at] === pad.id ? 0 : 1;
        }
        positions.set(masked.positions, row * most);
        labels.set(masked.labels, row * most);
        weights.fill(1, row * most, row * most + masked.positions.length);
      });
      return {
        input_ids: { dtype: "int32", shape: [size, length], data: ids },
        attention_mask: { dtype: "int32", shape: [size, length], data: attention },
        masked_positions: { dtype: "int32", shape: [size, most], data: positions },
        masked_labels: { dtype: "int32", shape: [size, most], data: labels },
        masked_weights: { dtype: "float32", shape: [size, most], data: weights },
      };
    },
  };
}

/** Past the special tokens, which a word is never exchanged for; they are the first of a vocabulary of ours. */
function firstWord({
  specialTokens,
  vocabularySize,
}: Pick<Tokenizer, "specialTokens" | "vocabularySize">): number {
  const first = 1 + Math.max(...Object.values(specialTokens).map(({ id }) => id));
  return first < vocabularySize ? first : 0;
}
