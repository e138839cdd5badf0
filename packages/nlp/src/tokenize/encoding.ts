/** A text, or one that is already split into words. */
export type TextInput = string | readonly string[];

/**
 * Which text of a pair loses tokens when they are too many: the longer one, token by token, the second
 * where they are equal (as Google's BERT does), or always the same one.
 */
export type Truncation = "longest_first" | "only_first" | "only_second";

export type Side = "left" | "right";

export type EncodeOptions = {
  /** The second text of a pair. */
  pair?: TextInput;
  /** Default true: what the checkpoint puts around texts, such as [CLS] and [SEP]. */
  addSpecialTokens?: boolean;
  /** Tokens at most, special ones included. Default: no limit. */
  maxLength?: number;
  /** Default "longest_first"; with one text they are all the same. */
  truncation?: Truncation;
  /** Where tokens are lost. Default: the tokenizer's own, mostly "right". */
  truncationSide?: Side;
  /**
   * Keeps what would be lost in further windows (`overflow`), each of which repeats this many tokens of
   * the one before. Default: what is lost is lost.
   */
  stride?: number;
};

/** The tokens of a text or pair. All arrays have one entry a token. */
export type Encoding = {
  readonly ids: Int32Array;
  /** 0 or 1: which segment a token belongs to, as BERT counts. */
  readonly typeIds: Int32Array;
  /** 1, and 0 where padded. */
  readonly attentionMask: Int32Array;
  /** 1 for what `addSpecialTokens` put there and for padding. */
  readonly specialTokensMask: Int32Array;
  /** 0 for the text, 1 for its pair, -1 for special tokens. */
  readonly sequenceIds: Int32Array;
  /**
   * Number of the word, counted within its text: what lies between spaces and punctuation, or the
   * element of an input that came split. -1 for special tokens, and where the tokenizer can't tell.
   */
  readonly wordIds: Int32Array;
  /**
   * Where a token stands in its text, in UTF-16 code units: `text.slice(starts[i], ends[i])`, accents,
   * case and all. Within the word where the input came split. 0 for special tokens. Null where the
   * tokenizer can't tell.
   */
  readonly starts: Int32Array | null;
  readonly ends: Int32Array | null;
  /** The windows after this one; empty unless `stride` is given. */
  readonly overflow: readonly Encoding[];
};

export type SpecialToken = { readonly token: string; readonly id: number };

/** The tokens that have a part to play; those that a tokenizer lacks are absent. */
export type SpecialTokens = {
  readonly pad?: SpecialToken;
  readonly unk?: SpecialToken;
  readonly cls?: SpecialToken;
  readonly sep?: SpecialToken;
  readonly mask?: SpecialToken;
};

export type DecodeOptions = {
  /** Leaves out [CLS], [SEP], padding and the like. Default true. */
  skipSpecialTokens?: boolean;
  /** Closes up spaces before punctuation and in "don't". Default: as the tokenizer's own settings say. */
  cleanUpSpaces?: boolean;
};

/** Texts to token numbers and back, whatever the tokenizer is made of. */
export type Tokenizer = {
  /** "wordpiece" is our own; "library" is `@huggingface/tokenizers`; "client" came from transformers.js. */
  readonly kind: "wordpiece" | "library" | "client";
  /** One more than the largest token number. */
  readonly vocabularySize: number;
  readonly specialTokens: SpecialTokens;
  /** Tokens that the model takes at most, where the files say so. */
  readonly maxLength: number | undefined;
  /** Where padding goes. */
  readonly paddingSide: Side;
  /** Throws `config-invalid` where `maxLength` leaves no room, or a window can't be cut. */
  encode(text: TextInput, options?: EncodeOptions): Encoding;
  decode(ids: ArrayLike<number>, options?: DecodeOptions): string;
  tokenToId(token: string): number | undefined;
  idToToken(id: number): string | undefined;
};
