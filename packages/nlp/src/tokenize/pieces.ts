/** The tokens of one text before anything is put around them or cut off. */
export type Pieces = {
  readonly ids: number[];
  readonly words: number[];
  /** Null where the tokenizer can't tell. */
  readonly starts: number[] | null;
  readonly ends: number[] | null;
};
