import { createHeap } from "./heap.js";

/** A word as pieces, and how often it comes. */
type Word = { pieces: number[]; readonly count: number };

type Pair = { readonly left: number; readonly right: number; readonly count: number };

export type Pairs = {
  /** The pair that comes most often, the one of the lowest numbers where several do. */
  best(): Pair | undefined;
  /** Makes one piece of a pair wherever it comes. */
  join(pair: Pair, into: number): void;
};

/** One number for two; pieces are below 2^26. */
const SHIFT = 2 ** 26;

type Entry = {
  readonly key: number;
  count: number;
  /** Its count when it was last put on the heap. */
  queued: number;
  /** Where it was seen; it may have gone since. */
  readonly words: Set<number>;
};

/** Neighbouring pieces in words, counted once and kept up to date as pairs are joined. */
export function createPairs(words: readonly Word[]): Pairs {
  const entries = new Map<number, Entry>();
  const heap = createHeap<{ key: number; count: number }>(
    (a, b) => a.count > b.count || (a.count === b.count && a.key < b.key),
  );
  const add = (key: number, count: number, word: number): Entry => {
    let entry = entries.get(key);
    if (!entry) {
      entry = { key, count: 0, queued: 0, words: new Set() };
      entries.set(key, entry);
    }
    entry.count += count;
    entry.words.add(word);
    return entry;
  };
  const gain = ({ pieces, count }: Word, index: number): readonly Entry[] =>
    keysOf(pieces).map((key) => add(key, count, index));
  const lose = ({ pieces, count }: Word): void => {
    for (const key of keysOf(pieces)) entries.get(key)!.count -= count;
  };
  for (const [index, word] of words.entries()) gain(word, index);
  const queue = (entry: Entry): void => {
    entry.queued = entry.count;
    heap.push({ key: entry.key, count: entry.count });
  };
  for (const entry of entries.values()) queue(entry);
  return {
    best() {
      for (let top = heap.pop(); top; top = heap.pop()) {
        const entry = entries.get(top.key);
        if (!entry || entry.count === 0) continue;
        if (entry.count === top.count) return pairOf(top.key, top.count);
        // Fewer than when it was put there: it goes back to where it belongs.
        if (entry.count < top.count) queue(entry);
      }
      return undefined;
    },
    join({ left, right }, into) {
      const key = left * SHIFT + right;
      const grown = new Set<Entry>();
      for (const index of entries.get(key)?.words ?? []) {
        const word = words[index]!;
        lose(word);
        word.pieces = joinedPieces(word.pieces, { left, right, into });
        for (const entry of gain(word, index)) grown.add(entry);
      }
      entries.delete(key);
      for (const entry of grown) if (entry.count > entry.queued) queue(entry);
    },
  };
}

const pairOf = (key: number, count: number): Pair => ({
  left: Math.floor(key / SHIFT),
  right: key % SHIFT,
  count,
});

function keysOf(pieces: readonly number[]): number[] {
  const keys: number[] = [];
  for (let at = 1; at < pieces.length; at++) keys.push(pieces[at - 1]! * SHIFT + pieces[at]!);
  return keys;
}

function joinedPieces(
  pieces: readonly number[],
  { left, right, into }: { left: number; right: number; into: number },
): number[] {
  const next: number[] = [];
  for (let at = 0; at < pieces.length; at++) {
    const meets = pieces[at] === left && pieces[at + 1] === right;
    next.push(meets ? into : pieces[at]!);
    if (meets) at++;
  }
  return next;
}
