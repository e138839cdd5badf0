import { GraftError } from "@graft-ml/core";
import { type AddedToken, addedTokenFinder, type FindAdded } from "./added-tokens.js";
import { assemble } from "./assemble.js";
import { decodeWordPieces } from "./decode.js";
import type { Side, SpecialTokens, TextInput, Tokenizer } from "./encoding.js";
import type { NormalizedText } from "./grow-text.js";
import { createNormalizer, type Normalization, type Normalizer } from "./normalize.js";
import type { Pieces } from "./pieces.js";
import { splitWords } from "./split-words.js";
import type { Template } from "./template.js";
import { createWordPieces, type WordPieces } from "./word-pieces.js";

/** All that a WordPiece tokenizer is made of; `readWordPiece` finds it in a checkpoint's files. */
export type WordPieceSettings = Normalization & {
  /** Token -> number. */
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly unknownToken: string;
  /** What a piece within a word begins with: "##". */
  readonly prefix: string;
  readonly maxCharsPerWord: number;
  /** Each Chinese character is a word. */
  readonly chineseCharacters: boolean;
  readonly addedTokens: readonly AddedToken[];
  /** Finds [MASK] and the like in texts, as Hugging Face's libraries do. Google's own code does not. */
  readonly specialTokensInText: boolean;
  readonly specialTokens: SpecialTokens;
  readonly template: Template;
  readonly maxLength: number | undefined;
  readonly paddingSide: Side;
  readonly truncationSide: Side;
  readonly cleanUpSpaces: boolean;
};

type Splitter = {
  readonly settings: WordPieceSettings;
  readonly normalize: Normalizer;
  readonly wordPieces: WordPieces;
  /** Looks through the text as it is, and then through what normalization makes of the rest. */
  readonly plain: FindAdded;
  readonly normalized: FindAdded;
};

/** BERT's tokenizer: the same tokens as Google's and Hugging Face's own, with offsets. Throws `config-invalid` where the vocabulary has no unknown token. */
export function createWordPiece(settings: WordPieceSettings): Tokenizer {
  const splitter = createSplitter(settings);
  const tokens = tokenNames(settings);
  return {
    kind: "wordpiece",
    vocabularySize: tokens.length,
    specialTokens: settings.specialTokens,
    maxLength: settings.maxLength,
    paddingSide: settings.paddingSide,
    encode: (text, options = {}) => {
      const { template, truncationSide } = settings;
      const first = piecesOf(splitter, text);
      const { pair } = options;
      return assemble(pair === undefined ? [first] : [first, piecesOf(splitter, pair)], {
        truncationSide,
        ...options,
        template,
      });
    },
    decode: (ids, options) => decodeWordPieces(ids, { ...settings, tokens, ...options }),
    tokenToId: (token) =>
      settings.vocabulary.get(token) ??
      settings.addedTokens.find(({ content }) => content === token)?.id,
    idToToken: (id) => tokens[id],
  };
}

function tokenNames({ vocabulary, addedTokens }: WordPieceSettings): readonly string[] {
  const names: string[] = [];
  for (const [token, id] of vocabulary) names[id] = token;
  for (const { content, id } of addedTokens) names[id] = content;
  return names;
}

function createSplitter(settings: WordPieceSettings): Splitter {
  const { vocabulary, prefix, unknownToken, maxCharsPerWord, specialTokensInText } = settings;
  const unknown = vocabulary.get(unknownToken);
  if (unknown === undefined) {
    throw new GraftError(
      "config-invalid",
      `The vocabulary of ${vocabulary.size} tokens has no "${unknownToken}" for unknown words. Name another unknown token, or add it.`,
    );
  }
  const continuations = new Map<string, number>();
  for (const [token, id] of vocabulary) {
    if (token.startsWith(prefix)) continuations.set(token.slice(prefix.length), id);
  }
  const added = settings.addedTokens.filter(({ special }) => specialTokensInText || !special);
  const normalize = createNormalizer(settings);
  return {
    settings,
    normalize,
    wordPieces: createWordPieces({
      beginnings: vocabulary,
      continuations,
      unknown,
      maxCharsPerWord,
    }),
    plain: addedTokenFinder(added.filter(({ normalized }) => !normalized)),
    normalized: addedTokenFinder(
      added.filter(({ normalized }) => normalized),
      (content) => normalize(content).text,
    ),
  };
}

function piecesOf(splitter: Splitter, input: TextInput): Pieces {
  const pieces = { ids: [], words: [], starts: [], ends: [] };
  if (typeof input === "string") addText(splitter, input, { pieces });
  else for (const [word, text] of input.entries()) addText(splitter, text, { pieces, word });
  return pieces;
}

type Into = {
  readonly pieces: Record<keyof Pieces, number[]>;
  /** The word that the whole text is; undefined: count them. */
  readonly word?: number;
};

function addText(splitter: Splitter, text: string, into: Into): void {
  for (const { start, end, token } of splitter.plain(text)) {
    if (token) add(into, token.id, start, end);
    else addSegment(splitter, text.slice(start, end), start, into);
  }
}

/** A stretch without added tokens, that begins at `offset` of the text. */
function addSegment(splitter: Splitter, text: string, offset: number, into: Into): void {
  const { settings, wordPieces } = splitter;
  const normal = splitter.normalize(text);
  for (const { start, end, token } of splitter.normalized(normal.text)) {
    const from = offset + (normal.starts ? 0 : start);
    const part = start === 0 && end === normal.text.length ? normal : cutNormal(normal, start, end);
    if (token) {
      add(into, token.id, offset + startOf(normal, start), offset + endOf(normal, end));
      continue;
    }
    splitWords(part.text, settings.chineseCharacters, (wordStart, wordEnd) => {
      const word = into.word ?? nextWord(into.pieces.words);
      const pieces = wordPieces(part.text.slice(wordStart, wordEnd));
      let at = wordStart;
      for (let index = 0; index < pieces.length; index += 2) {
        const pieceEnd = wordStart + pieces[index + 1]!;
        into.pieces.ids.push(pieces[index]!);
        into.pieces.words.push(word);
        into.pieces.starts.push(from + startOf(part, at));
        into.pieces.ends.push(from + endOf(part, pieceEnd));
        at = pieceEnd;
      }
    });
  }
}

const startOf = ({ starts }: NormalizedText, at: number): number => (starts ? starts[at]! : at);
const endOf = ({ ends }: NormalizedText, at: number): number => (ends ? ends[at - 1]! : at);

const cutNormal = ({ text, starts, ends }: NormalizedText, from: number, to: number) => ({
  text: text.slice(from, to),
  starts: starts?.subarray(from, to) ?? null,
  ends: ends?.subarray(from, to) ?? null,
});

function add({ pieces, word }: Into, id: number, start: number, end: number): void {
  pieces.words.push(word ?? nextWord(pieces.words));
  pieces.ids.push(id);
  pieces.starts.push(start);
  pieces.ends.push(end);
}

const nextWord = (words: readonly number[]): number =>
  words.length === 0 ? 0 : words[words.length - 1]! + 1;
