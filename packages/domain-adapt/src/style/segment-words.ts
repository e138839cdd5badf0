import { type WordCounts, wordKey } from "./word-counts.js";

export type Lexicon = { readonly words: WordCounts; readonly total: number };

export function lexiconOf(words: WordCounts): Lexicon {
  let total = 0;
  for (const count of words.values()) total += count;
  return { words, total };
}

/** Longer ones are no words that were run together. */
const LONGEST_TEXT = 100;
const LONGEST_WORD = 24;

/**
 * Words that were written as one, by the likeliest sequence of words each drawn by its count (Norvig
 * 2009, "Natural language corpus data"). Whole where that sequence has a word the lexicon lacks.
 */
export function segmentWords(text: string, lexicon: Lexicon): string[] {
  const { words } = lexicon;
  if (text.length > LONGEST_TEXT || words.size === 0 || words.has(wordKey(text))) return [text];
  const pieces = likeliest(text, lexicon);
  return pieces.every((piece) => words.has(wordKey(piece))) ? pieces : [text];
}

function likeliest(text: string, lexicon: Lexicon): string[] {
  const best = new Float64Array(text.length + 1).fill(-Infinity);
  const starts = new Int32Array(text.length + 1);
  best[0] = 0;
  for (let end = 1; end <= text.length; end++) {
    for (let start = Math.max(0, end - LONGEST_WORD); start < end; start++) {
      const score = best[start]! + logChance(text.slice(start, end), lexicon);
      if (score <= best[end]!) continue;
      best[end] = score;
      starts[end] = start;
    }
  }
  const pieces: string[] = [];
  for (let end = text.length; end > 0; end = starts[end]!) {
    pieces.push(text.slice(starts[end]!, end));
  }
  return pieces.reverse();
}

/** A word that never occurred is the less likely the longer it is. */
function logChance(word: string, { words, total }: Lexicon): number {
  const count = words.get(wordKey(word)) ?? 10 / 10 ** word.length;
  return Math.log(count / total);
}
