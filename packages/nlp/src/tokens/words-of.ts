import type { TextInput } from "../tokenize/encoding.js";
import { splitWords } from "../tokenize/split-words.js";

/** A word, and where it stands in its text, in UTF-16 code units. */
export type Word = { readonly text: string; readonly start: number; readonly end: number };

/**
 * The words of a text as BERT cuts them, at spaces, punctuation and Chinese characters; or those that were
 * given, as if a space stood between two.
 */
export function wordsOf(input: TextInput): {
  readonly text: string;
  readonly words: readonly Word[];
} {
  const words: Word[] = [];
  if (typeof input === "string") {
    splitWords(input, true, (start, end) => {
      words.push({ text: input.slice(start, end), start, end });
    });
    return { text: input, words };
  }
  let start = 0;
  for (const text of input) {
    words.push({ text, start, end: start + text.length });
    start += text.length + 1;
  }
  return { text: input.join(" "), words };
}
