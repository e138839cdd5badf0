import { GraftError } from "@graft-ml/core";
import { stopIfAborted } from "./count-words.js";
import { createPairs, type Pairs } from "./pair-counts.js";

export type LearnOptions = {
  /** Pieces in all, characters included. */
  size: number;
  minFrequency: number;
  /** Characters kept. */
  alphabet: number;
  signal: AbortSignal | undefined;
};

/** Longer words are unknown to the tokenizer and teach nothing. */
const MAX_CHARACTERS = 100;

/** Pieces by number, and their numbers. */
type Symbols = { readonly names: string[]; readonly ids: Map<string, number> };

/** Characters, sorted, and then joined pieces in the order in which they were found; "##" marks what lies within a word. */
export function learnPieces(
  counts: ReadonlyMap<string, number>,
  { size, minFrequency, alphabet, signal }: LearnOptions,
): readonly string[] {
  const kept = frequentCharacters(counts, alphabet);
  const words = [...counts]
    .map(([word, count]) => ({ characters: Array.from(word), count }))
    .filter(({ characters }) => characters.length <= MAX_CHARACTERS)
    .filter(({ characters }) => characters.every((character) => kept.has(character)));
  const symbols = alphabetOf(words.map(({ characters }) => characters));
  if (symbols.names.length > size) {
    throw new GraftError(
      "config-invalid",
      `${symbols.names.length} characters alone are more than the ${size} tokens that there are to be beside special ones. Ask for more tokens, or for a smaller alphabet.`,
      { details: { characters: symbols.names.length, size } },
    );
  }
  const pairs = createPairs(
    words.map(({ characters, count }) => ({
      pieces: characters.map(
        (character, at) => symbols.ids.get(at > 0 ? `##${character}` : character)!,
      ),
      count,
    })),
  );
  joinPairs(pairs, symbols, { size, minFrequency, signal });
  return symbols.names;
}

function joinPairs(
  pairs: Pairs,
  { names, ids }: Symbols,
  { size, minFrequency, signal }: Omit<LearnOptions, "alphabet">,
): void {
  while (names.length < size) {
    const best = pairs.best();
    if (!best || best.count < minFrequency) return;
    if (names.length % 256 === 0) stopIfAborted(signal);
    const joined = names[best.left]! + names[best.right]!.slice(2);
    // Two ways may lead to one piece: "ab" + "##c" and "a" + "##bc".
    const known = ids.get(joined);
    pairs.join(best, known ?? names.length);
    if (known !== undefined) continue;
    ids.set(joined, names.length);
    names.push(joined);
  }
}

function frequentCharacters(
  counts: ReadonlyMap<string, number>,
  most: number,
): ReadonlySet<string> {
  const found = new Map<string, number>();
  for (const [word, count] of counts) {
    for (const character of word) found.set(character, (found.get(character) ?? 0) + count);
  }
  const order = [...found].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return new Set(order.slice(0, most).map(([character]) => character));
}

function alphabetOf(words: readonly (readonly string[])[]): Symbols {
  const found = new Set<string>();
  for (const characters of words) {
    for (const [at, character] of characters.entries())
      found.add(at > 0 ? `##${character}` : character);
  }
  const names = [...found].sort();
  return { names, ids: new Map(names.map((name, id) => [name, id])) };
}
