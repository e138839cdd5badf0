import { GraftError } from "@graft-ml/core";
import { countWords } from "./count-words.js";
import { learnPieces } from "./learn-pieces.js";
import { bertTemplate } from "./template.js";
import type { WordPieceSettings } from "./word-piece.js";

export type TrainWordPieceOptions = {
  /** Read once, one text at a time. */
  texts: Iterable<string> | AsyncIterable<string>;
  /** Tokens in all; fewer where the texts give no more. Default 30,000. */
  vocabularySize?: number;
  /** Pairs that come together less often are not joined. Default 2. */
  minFrequency?: number;
  /** Characters kept, the most frequent ones; words with others become unknown. Default 1000. */
  alphabet?: number;
  lowercase?: boolean;
  /** Default: as `lowercase`, which is true by default. */
  stripAccents?: boolean;
  /** Default true. */
  chineseCharacters?: boolean;
  /** Written into the files: tokens that the model will take at most. Default 512. */
  maxLength?: number;
  /** Put after [PAD], [UNK], [CLS], [SEP] and [MASK], which are 0 to 4. */
  specialTokens?: readonly string[];
  signal?: AbortSignal;
};

const roles = ["pad", "unk", "cls", "sep", "mask"] as const;

/**
 * A WordPiece vocabulary of one's own. Beginning with characters, the pair of pieces that comes most often
 * within words is joined until there are enough (Sennrich et al. 2016, arXiv 1508.07909), as Hugging
 * Face's trainer does; the original's choice by likelihood (Schuster and Nakajima 2012) was never
 * published. The same counts of words give the same vocabulary, in whatever order the texts come.
 * Throws `dataset-empty`, `config-invalid`, `aborted`.
 */
export async function trainWordPiece(options: TrainWordPieceOptions): Promise<WordPieceSettings> {
  const { vocabularySize = 30_000, minFrequency = 2, alphabet = 1000 } = options;
  const { lowercase = true, stripAccents = lowercase, chineseCharacters = true } = options;
  const base = { cleanText: true, lowercase, stripAccents, chineseCharacters };
  const counts = await countWords(options.texts, { ...base, signal: options.signal });
  if (counts.size === 0) {
    throw new GraftError("dataset-empty", "The texts hold no word to make a vocabulary of.");
  }
  const special = [
    ...roles.map((role) => `[${role.toUpperCase()}]`),
    ...(options.specialTokens ?? []),
  ];
  const size = vocabularySize - special.length;
  const pieces = learnPieces(counts, { size, minFrequency, alphabet, signal: options.signal });
  const tokens = [...special, ...pieces.filter((piece) => !special.includes(piece))];
  const specialTokens = Object.fromEntries(
    roles.map((role, id) => [role, { token: special[id]!, id }]),
  );
  return {
    ...base,
    vocabulary: new Map(tokens.map((token, id) => [token, id])),
    unknownToken: "[UNK]",
    prefix: "##",
    maxCharsPerWord: 100,
    addedTokens: special.map((content, id) => addedToken(content, id)),
    specialTokensInText: true,
    specialTokens,
    template: bertTemplate(2, 3),
    maxLength: options.maxLength ?? 512,
    paddingSide: "right",
    truncationSide: "right",
    cleanUpSpaces: true,
  };
}

const addedToken = (content: string, id: number) => ({
  content,
  id,
  special: true,
  normalized: false,
  singleWord: false,
  stripLeft: false,
  stripRight: false,
});
