import { type Piece, replacePieces, replacing, type StyleRule } from "./change.js";
import { type WordCounts, wordKey } from "./word-counts.js";

const TOKEN = /[\p{L}\p{M}\p{N}'’_]+/gu;
const SHOUTED = /^['’]*\p{Lu}[\p{M}'’]*\p{Lu}[\p{Lu}\p{M}'’]*$/u;
const CAPITAL = /^\p{Lu}\p{M}*$/u;
/** So many words in capitals one after the other are no acronyms. */
const SHOUTED_RUN = 3;

/** Every letter small. */
export const lowerCaseRule: StyleRule = replacing("case", TOKEN, ([word]) => word.toLowerCase());

/**
 * Words in capitals become small where the lexicon knows them so, where three stand in a row, and where
 * the text has no others but is more than one; a single one that is not known may be an acronym. "I" stays.
 */
export const shoutingRule = (words: WordCounts): StyleRule => ({
  name: "case",
  apply: (text) => {
    const tokens = [...text.matchAll(TOKEN)];
    const pieces = loudRuns(tokens).flatMap((run) => {
      const shouted = run.filter(([word]) => SHOUTED.test(word)).length;
      const isAll = run.length === tokens.length;
      const isRun = shouted >= 2 && (isAll || run.length >= SHOUTED_RUN);
      const isKnown = (word: string) => SHOUTED.test(word) && words.has(wordKey(word));
      return run.map(({ index, 0: from }): Piece => {
        return { start: index, from, to: isRun || isKnown(from) ? small(from) : undefined };
      });
    });
    return replacePieces(text, { rule: "case", pieces });
  },
});

/** Tokens in capitals that follow each other. */
function loudRuns(tokens: readonly RegExpExecArray[]): RegExpExecArray[][] {
  const runs: RegExpExecArray[][] = [];
  let wasLoud = false;
  for (const token of tokens) {
    const isLoud = SHOUTED.test(token[0]) || CAPITAL.test(token[0]);
    if (isLoud && wasLoud) runs.at(-1)!.push(token);
    else if (isLoud) runs.push([token]);
    wasLoud = isLoud;
  }
  return runs;
}

/** English writes its first person large. */
const small = (word: string): string =>
  word === "I" ? word : word.toLowerCase().replace(/^i(?=['’])/, "I");
