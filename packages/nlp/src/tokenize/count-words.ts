import { GraftError } from "@graft-ml/core";
import { createNormalizer, type Normalization } from "./normalize.js";
import { splitWords } from "./split-words.js";

/** How often each word comes, after normalization. One text at a time is in memory. */
export async function countWords(
  texts: Iterable<string> | AsyncIterable<string>,
  options: Normalization & { chineseCharacters: boolean; signal: AbortSignal | undefined },
): Promise<ReadonlyMap<string, number>> {
  const normalize = createNormalizer(options);
  // Counts in objects: adding to one costs a single look-up.
  const counts = new Map<string, { count: number }>();
  for await (const text of texts) {
    stopIfAborted(options.signal);
    const normal = normalize(text).text;
    splitWords(normal, options.chineseCharacters, (start, end) => {
      const word = normal.slice(start, end);
      const found = counts.get(word);
      if (found) found.count++;
      else counts.set(ownCopy(word), { count: 1 });
    });
  }
  return new Map(Array.from(counts, ([word, { count }]) => [word, count]));
}

/** A slice that V8 keeps as a reference to its text would keep every text alive. */
const ownCopy = (word: string): string => (word.length > 12 ? Array.from(word).join("") : word);

export function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new GraftError("aborted", "The making of the vocabulary was aborted.", {
      cause: signal.reason,
    });
  }
}
