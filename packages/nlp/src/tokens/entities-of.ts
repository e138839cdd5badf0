import { spansOf } from "../tags/spans.js";
import type { Word } from "./words-of.js";

/** A stretch of a text that is something. */
export type Entity = {
  readonly type: string;
  /** Mean probability of its words' tags, 0 to 1. */
  readonly score: number;
  readonly text: string;
  /** `text.slice(start, end)`, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
};

export type TaggedWord = Word & { readonly tag: string; readonly score: number };

/** The entities that the words' tags mark, as conlleval reads tags. */
export const entitiesOf = (text: string, words: readonly TaggedWord[]): readonly Entity[] =>
  spansOf(words.map(({ tag }) => tag)).map((span) => {
    const own = words.slice(span.start, span.end);
    const [start, end] = [own[0]!.start, own.at(-1)!.end];
    const score = own.reduce((sum, word) => sum + word.score, 0) / own.length;
    return { type: span.type, score, text: text.slice(start, end), start, end };
  });
