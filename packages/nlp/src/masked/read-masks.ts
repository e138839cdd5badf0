import { GraftError } from "@graft-ml/core";
import { logSoftmax } from "../network/log-softmax.js";
import type { TextPair } from "../texts/text-source.js";
import type { TextInput, Tokenizer } from "../tokenize/encoding.js";

export type ReadMasksOptions = {
  tokenizer: Tokenizer;
  /** Tokens of a text at most; a [MASK] behind them is not filled. Default: the tokenizer's, or 512. */
  maxLength?: number;
  /** Words told of each [MASK]. Default 5. */
  top?: number;
};

export type MaskWord = {
  /** The token as its vocabulary spells it: "##ed" goes on with the word before it. */
  readonly word: string;
  readonly token: number;
  /** Probability among all words, 0 to 1. */
  readonly score: number;
};

/** A text with its gaps filled. */
export type FilledText = {
  /** Each [MASK] replaced by its likeliest word. */
  readonly text: string;
  /** The same of a pair's second text. */
  readonly pair?: string;
  /** The likeliest words of each [MASK], the best first, in the order of the text. */
  readonly masks: readonly (readonly MaskWord[])[];
};

/** A text as a network reads it, and where its [MASK] are. Throws `dataset-invalid` where there is none. */
export function maskedRow(
  { text, pair }: TextPair,
  { tokenizer, maxLength = tokenizer.maxLength ?? 512 }: ReadMasksOptions,
) {
  const row = tokenizer.encode(text, { maxLength, ...(pair === undefined ? {} : { pair }) });
  const places = placesOf(row.ids, tokenizer);
  if (places.length > 0) return { row, places };
  const { token } = maskOf(tokenizer);
  throw new GraftError(
    "dataset-invalid",
    `"${told(text)}" has no ${token} in its first ${maxLength} tokens, so there is nothing to fill. Write ${token} where a word is hidden.`,
    { details: { token, maxLength } },
  );
}

/** Where a row of tokens has [MASK]. Throws `config-invalid` for a tokenizer without it. */
export function placesOf(
  ids: ArrayLike<number>,
  tokenizer: Pick<Tokenizer, "specialTokens">,
): readonly number[] {
  const { id } = maskOf(tokenizer);
  return Array.from(ids, (token, at) => (token === id ? at : -1)).filter((at) => at >= 0);
}

/** What the logits of a text's [MASK], (masks, vocabulary), say: as a mask filler's `outputs` gives them. */
export function readMasks(
  input: TextPair,
  logits: Float32Array,
  options: ReadMasksOptions,
): FilledText {
  const { tokenizer, top = 5 } = options;
  const { row, places } = maskedRow(input, options);
  const width = logits.length / places.length;
  const masks = places.map((_, mask) =>
    likeliest(logits.subarray(mask * width, (mask + 1) * width), { tokenizer, top }),
  );
  const { token } = maskOf(tokenizer);
  const fill = (text: TextInput, sequence: number) => {
    const words = masks.flatMap(([best], mask) =>
      row.sequenceIds[places[mask]!] === sequence ? [best!.word] : [],
    );
    return filled(told(text), token, words);
  };
  const { text, pair } = input;
  return { text: fill(text, 0), ...(pair === undefined ? {} : { pair: fill(pair, 1) }), masks };
}

function likeliest(
  logits: Float32Array,
  { tokenizer, top }: { tokenizer: Tokenizer; top: number },
): readonly MaskWord[] {
  const scores = logSoftmax(logits);
  return Array.from(scores, (_, token) => token)
    .sort((a, b) => scores[b]! - scores[a]!)
    .slice(0, top)
    .map((token) => ({
      word: tokenizer.idToToken(token) ?? "",
      token,
      score: Math.exp(scores[token]!),
    }));
}

/** The first gaps with these words in them; what a length cut off stays as it is. */
function filled(text: string, token: string, words: readonly string[]): string {
  const [first = "", ...rest] = text.split(token);
  return rest.reduce((before, after, gap) => {
    const word = words[gap];
    if (word === undefined) return `${before}${token}${after}`;
    return word.startsWith("##")
      ? `${before.trimEnd()}${word.slice(2)}${after}`
      : `${before}${word}${after}`;
  }, first);
}

const told = (text: TextInput): string => (typeof text === "string" ? text : text.join(" "));

function maskOf({ specialTokens: { mask } }: Pick<Tokenizer, "specialTokens">) {
  if (mask) return mask;
  throw new GraftError(
    "config-invalid",
    "The tokenizer has no [MASK], and filling gaps needs one. Take that of a BERT.",
  );
}
