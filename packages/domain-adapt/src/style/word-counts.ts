/** How often each word occurs, in lower case. */
export type WordCounts = ReadonlyMap<string, number>;

const WORD = /[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*/gu;
const SHOUTED = /^[\p{Lu}\p{M}'’]{2,}$/u;

/**
 * The words of texts with their counts: the lexicon of a style, best counted on the source's own texts.
 * Words all in capitals are left out, so that the lexicon does not know acronyms.
 */
export function wordCounts(texts: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const [word] of text.matchAll(WORD)) {
      if (SHOUTED.test(word)) continue;
      const key = wordKey(word);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts;
}

/** How a word is looked up. */
export const wordKey = (word: string): string => word.toLowerCase().replaceAll("’", "'");
