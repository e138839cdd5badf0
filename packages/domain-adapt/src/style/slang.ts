import { replacing, type StyleRule } from "./change.js";
import { slangTable } from "./slang-table.js";
import { wordKey } from "./word-counts.js";

/** Runs of letters and numbers with what joins them, so that the u of "U.S." and of "u-turn" is no word. */
const TOKEN = /(?<![\p{L}\p{M}\p{N}_@#])[\p{L}\p{M}\p{N}]+(?:['’/.\-_@&][\p{L}\p{M}\p{N}]+)*\/?/gu;

/** Abbreviations as words, by a table of (lower case, words), which wins over the package's own. */
export function slangRule(own: Readonly<Record<string, string>> = {}): StyleRule {
  const entries = Object.entries(own).map(([key, words]) => [wordKey(key), words] as const);
  const table = new Map([...slangTable(), ...entries]);
  return replacing("slang", TOKEN, ([token]) => {
    const words = spoken(token, table);
    if (words !== undefined || !token.endsWith("/")) return words;
    const alone = spoken(token.slice(0, -1), table);
    return alone === undefined ? undefined : `${alone}/`;
  });
}

function spoken(token: string, table: ReadonlyMap<string, string>): string | undefined {
  // "Rated R" is no "are"; a capital U is always the word.
  if (/^[A-Z]$/.test(token) && token !== "U") return undefined;
  const words = table.get(wordKey(token));
  const isCapitalised = /^\p{Lu}/u.test(token) && !/\p{Lu}.*\p{Lu}/u.test(token);
  return words !== undefined && isCapitalised && token.length > 1
    ? words[0]!.toUpperCase() + words.slice(1)
    : words;
}
