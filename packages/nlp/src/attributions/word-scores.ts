import type { Encoding, TextInput } from "../tokenize/encoding.js";
import { type Word, wordsOf } from "../tokens/words-of.js";

/** A word, where it stands in its text in UTF-16 code units, and what it adds to the score. */
export type WordScore = Word & {
  /** Negative where it speaks against the class. */
  readonly score: number;
};

/**
 * Numbers of tokens as numbers of the words they stand in: sums, 0 for a word that no token is left of. A
 * token belongs to the word that holds its first character, or that it was given with.
 */
export function wordScores(
  input: TextInput,
  options: { encoding: Encoding; values: ArrayLike<number>; sequence: 0 | 1 },
): readonly WordScore[] {
  const { encoding, values, sequence } = options;
  const { words } = wordsOf(input);
  const sums = new Float64Array(words.length);
  for (const [token, part] of encoding.sequenceIds.entries()) {
    if (part !== sequence) continue;
    const word =
      typeof input === "string"
        ? wordAt(words, encoding.starts![token]!)
        : encoding.wordIds[token]!;
    if (word >= 0) sums[word]! += values[token]!;
  }
  return words.map((word, at) => ({ ...word, score: sums[at]! }));
}

/** The last word that starts here or before. */
function wordAt(words: readonly Word[], place: number): number {
  let [low, high] = [0, words.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (words[middle]!.start <= place) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
