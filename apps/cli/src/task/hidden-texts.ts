import type { Judge, Source, Verdict } from "@graft-ml/core";
import {
  type MaskedGuess,
  maskedGuesses,
  maskedSource,
  type PackedTexts,
  textPacker,
} from "@graft-ml/nlp";
import type { TextSample } from "@graft-ml/nlp/node";
import type { TextEntry } from "../modality/texts.js";

/** Rows of texts laid end to end, with words hidden, and whose words these are. */
export type HiddenTexts = Source & {
  readonly blocks: PackedTexts;
  /** How many samples there are. */
  readonly texts: number;
  /** Of each text that was packed: of a pair there are two. */
  readonly sampleOf: readonly number[];
};

/** Other words are hidden in each epoch; while scoring always the same, whatever the run's seed, so that runs compare. */
export function hiddenTexts(
  samples: readonly TextSample[],
  { tokenizer, maxLength }: TextEntry,
): HiddenTexts {
  const packer = textPacker({ tokenizer, length: maxLength });
  const sampleOf: number[] = [];
  for (const [at, { text, pair }] of samples.entries()) {
    for (const one of pair === undefined ? [text] : [text, pair]) {
      packer.add(one);
      sampleOf.push(at);
    }
  }
  const blocks = packer.end();
  return { ...maskedSource({ blocks, tokenizer }), blocks, texts: samples.length, sampleOf };
}

export type HiddenWord = Pick<MaskedGuess, "label" | "guess" | "score" | "loss">;

/** Hands what is guessed back to the texts that it was hidden in. */
export function wordsByText({
  blocks,
  texts,
  sampleOf,
}: Pick<HiddenTexts, "blocks" | "texts" | "sampleOf">): Judge<
  Verdict & { readonly words: readonly (readonly HiddenWord[])[] }
> {
  const words = Array.from({ length: texts }, (): HiddenWord[] => []);
  let rows = 0;
  return {
    add(batch, logits) {
      for (const { row, position, ...word } of maskedGuesses(batch, logits)) {
        const place = (rows + row) * blocks.length + position;
        words[sampleOf[lastUpTo(blocks.starts, place)]!]!.push(word);
      }
      rows += batch.input_ids?.shape[0] ?? 0;
    },
    end: () => ({ metrics: {}, words }),
  };
}

/** Where the last of ascending numbers stands that is not above `most`. */
function lastUpTo(ascending: readonly number[], most: number): number {
  let [from, to] = [0, ascending.length];
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if (ascending[middle]! <= most) from = middle;
    else to = middle;
  }
  return from;
}
