/** Token numbers by token: whole words and word beginnings, and what may follow within a word. */
export type PieceTable = {
  readonly beginnings: ReadonlyMap<string, number>;
  readonly continuations: ReadonlyMap<string, number>;
  readonly unknown: number;
  /** Characters (code points) of the longest word that is looked up; longer ones are unknown. */
  readonly maxCharsPerWord: number;
};

/** Pieces of a word: token number, end, token number, end, ... */
export type WordPieces = (word: string) => readonly number[];

/** Words remembered; a text's words mostly come again. */
const CACHED_WORDS = 50_000;

/** V8 keeps a slice of 13 units or more as a reference to its whole text, which the cache would keep alive. */
const CACHED_LENGTH = 12;

/**
 * Greedy longest match from the left (Wu et al. 2016, arXiv 1609.08144, section 4.1): a word of which any
 * part has no piece is unknown as a whole.
 */
export function createWordPieces(table: PieceTable): WordPieces {
  const longest = longestKey(table);
  const cache = new Map<string, readonly number[]>();
  return (word) => {
    if (word.length > CACHED_LENGTH) return cut(word, table, longest);
    const found = cache.get(word);
    if (found) return found;
    const pieces = cut(word, table, longest);
    if (cache.size >= CACHED_WORDS) cache.clear();
    cache.set(word, pieces);
    return pieces;
  };
}

function cut(word: string, table: PieceTable, longest: number): readonly number[] {
  const unknown = [table.unknown, word.length];
  if (isLonger(word, table.maxCharsPerWord)) return unknown;
  const pieces: number[] = [];
  for (let start = 0; start < word.length; ) {
    const candidates = start === 0 ? table.beginnings : table.continuations;
    let end = Math.min(word.length, start + longest);
    let id = candidates.get(word.slice(start, end));
    while (id === undefined && --end > start) id = candidates.get(word.slice(start, end));
    if (id === undefined) return unknown;
    pieces.push(id, end);
    start = end;
  }
  return pieces;
}

function isLonger(word: string, characters: number): boolean {
  if (word.length <= characters) return false;
  let count = 0;
  for (const _ of word) count++;
  return count > characters;
}

function longestKey({ beginnings, continuations }: PieceTable): number {
  let longest = 0;
  for (const keys of [beginnings.keys(), continuations.keys()]) {
    for (const key of keys) longest = Math.max(longest, key.length);
  }
  return longest;
}
