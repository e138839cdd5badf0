import { GraftError } from "@graft-ml/core";
import type { Encoding, Tokenizer } from "../tokenize/encoding.js";

export type WordWindowOptions = {
  /** Tokens of a window, special ones included. Default: the tokenizer's `maxLength`, or 512. */
  maxLength?: number;
  /** Tokens that two windows of a sentence share. Default: a quarter of a window. */
  stride?: number;
};

/** A sentence, or a part of one that is too long. */
export type WordWindow = Pick<Encoding, "ids" | "typeIds"> & {
  /** Which sentence, from 0. */
  readonly sentence: number;
  /** For each token the word that is judged by it, which is a word's first piece; -1 for all others. */
  readonly words: Int32Array;
};

/**
 * Sentences in words as windows of tokens. Each word is judged once: by its first piece, in the window
 * where most stands around it. A word that the tokenizer has no piece for is unknown to it, not lost.
 * An empty sentence has no window. Throws `config-invalid` for windows too short.
 */
export function wordWindows(
  tokenizer: Tokenizer,
  sentences: readonly (readonly string[])[],
  options: WordWindowOptions = {},
): readonly WordWindow[] {
  const { maxLength = tokenizer.maxLength ?? 512 } = options;
  const { stride = Math.floor(maxLength / 4) } = options;
  const unknown = tokenizer.specialTokens.unk?.token ?? "?";
  const encode = (words: readonly string[]): readonly Encoding[] => {
    const encoding = tokenizer.encode(words, { maxLength, stride, truncationSide: "right" });
    return [encoding, ...encoding.overflow];
  };
  return sentences.flatMap((words, sentence) => {
    if (words.length === 0) return [];
    const windows = encode(words);
    const seen = new Set(windows.flatMap(({ wordIds }) => [...wordIds]));
    const told = words.map((word, at) => (seen.has(at) ? word : unknown));
    const all = told.every((word, at) => word === words[at]) ? windows : encode(told);
    const owners = judgingTokens(all, stride);
    if (owners.size < words.length) throw unplaced(tokenizer, words, sentence);
    return all.map(({ ids, typeIds }, at) => {
      const judged = new Int32Array(ids.length).fill(-1);
      for (const [word, { window, token }] of owners) if (window === at) judged[token] = word;
      return { sentence, ids, typeIds, words: judged };
    });
  });
}

type Place = { readonly window: number; readonly token: number; readonly around: number };

/** For each word its first piece, where most tokens stand on the side that has fewer. */
function judgingTokens(windows: readonly Encoding[], stride: number): ReadonlyMap<number, Place> {
  const best = new Map<number, Place>();
  let before = -1;
  for (const [window, { wordIds }] of windows.entries()) {
    const first = wordIds.findIndex((word) => word >= 0);
    const own = wordIds.subarray(
      Math.max(0, first),
      wordIds.findLastIndex((word) => word >= 0) + 1,
    );
    for (const [at, word] of own.entries()) {
      const around = Math.min(at, own.length - 1 - at);
      const isFirstPiece = word !== (at === 0 ? before : own[at - 1]);
      if (!isFirstPiece || around <= (best.get(word)?.around ?? -1)) continue;
      best.set(word, { window, token: first + at, around });
    }
    // The next window begins with the last `stride` tokens of this one.
    before = own.at(-1 - stride) ?? -1;
  }
  return best;
}

function unplaced(tokenizer: Tokenizer, words: readonly string[], sentence: number): GraftError {
  return new GraftError(
    "config-invalid",
    `The ${tokenizer.kind} tokenizer does not say which word its tokens belong to in sentence ${sentence} (${words.slice(0, 5).join(" ")}). Use one that takes texts split into words.`,
    { details: { sentence, words: words.length } },
  );
}
