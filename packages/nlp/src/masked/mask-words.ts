import { randomWords } from "@graft-ml/core";

/** What a masked language model is asked about a row of tokens. */
export type MaskedRow = {
  /** The tokens, some of them hidden or exchanged. */
  readonly ids: Int32Array;
  /** Where they were, ascending. */
  readonly positions: Int32Array;
  /** What stood there. */
  readonly labels: Int32Array;
};

export type MaskWordsOptions = {
  /** The tokens of a row. */
  ids: ArrayLike<number>;
  /** 1 where a word begins, 0 where it goes on, and 2 for what is never hidden, such as [CLS] and padding. */
  words: ArrayLike<number>;
  /** Hidden tokens at most. */
  most: number;
  /** The number of [MASK]. */
  mask: number;
  /** Numbers that a token may be exchanged for: from the first one up to, and without, the last one. */
  vocabulary: readonly [first: number, end: number];
  /** The same numbers hide the same words. */
  draw: { readonly seed: number; readonly epoch: number; readonly sample: number };
};

/** A word begins; goes on; is none. */
export const [GOES_ON, BEGINS, FIXED] = [0, 1, 2] as const;

/**
 * Hides whole words, in an order that is drawn, as long as their tokens fit into `most`; of a word that is
 * longer than that, were it the only one, the beginning. Of the hidden tokens 80 % become [MASK], 10 % any
 * token and 10 % stay (arXiv 1810.04805, section 3.1 and appendix A.1), each by itself.
 */
export function maskWords(options: MaskWordsOptions): MaskedRow {
  const { mask, vocabulary } = options;
  const { seed, epoch, sample } = options.draw;
  const ids = Int32Array.from(options.ids);
  const words = (site: string, count: number) =>
    randomWords({ seed, step: epoch, micro: sample, site }, count);
  const positions = chosen(options, (count) => words("masked/order", count));
  const labels = positions.map((position) => ids[position]!);
  const draws = words("masked/tokens", 2 * positions.length);
  const [first, end] = vocabulary;
  positions.forEach((position, index) => {
    const share = draws[2 * index]! / 2 ** 32;
    if (share < 0.8) ids[position] = mask;
    else if (share < 0.9) ids[position] = first + (draws[2 * index + 1]! % (end - first));
  });
  return { ids, positions, labels };
}

/** Positions of the hidden tokens, ascending. */
function chosen(
  { words, most }: MaskWordsOptions,
  draw: (count: number) => Uint32Array,
): Int32Array {
  const spans = spansOf(words);
  const keys = draw(spans.length);
  // Ties, once in four billion, stay in the order of the text: sorts are stable.
  const order = spans.map((_, index) => index).sort((a, b) => keys[a]! - keys[b]!);
  const positions: number[] = [];
  for (const index of order) {
    const [start, end] = spans[index]!;
    if (positions.length + end - start > most) continue;
    for (let at = start; at < end; at++) positions.push(at);
    if (positions.length === most) break;
  }
  const [first] = order;
  if (positions.length === 0 && first !== undefined) {
    for (let at = spans[first]![0]; positions.length < most; at++) positions.push(at);
  }
  return Int32Array.from(positions).sort();
}

/** First and past-the-last token of each word. */
function spansOf(words: ArrayLike<number>): readonly (readonly [number, number])[] {
  const spans: [number, number][] = [];
  for (let at = 0; at < words.length; at++) {
    const before = spans.at(-1);
    if (words[at] === BEGINS) spans.push([at, at + 1]);
    else if (words[at] === GOES_ON && before?.[1] === at) before[1] = at + 1;
    else if (words[at] === GOES_ON) spans.push([at, at + 1]);
  }
  return spans;
}
