import { SearchError } from "../error.js";
import type { SearchHeader } from "../search/journal.js";

/** Throws `search-mismatch`, naming the first thing in which a search isn't the one that is kept. */
export function checkSame(path: string, kept: SearchHeader, own: SearchHeader): void {
  for (const [name, was, is] of fieldsOf(kept, own)) {
    if (show(was) === show(is)) continue;
    throw new SearchError(
      "search-mismatch",
      `${path} keeps a search with ${name} ${show(was)}, and this one has ${name} ${show(is)}. Search with the former, or give another journal.`,
      { details: { path, name, kept: was, own: is } },
    );
  }
}

type Pair = readonly [name: string, kept: unknown, own: unknown];

/** The parameters one by one, and their order, on which what is suggested depends. */
function fieldsOf(kept: SearchHeader, own: SearchHeader): readonly Pair[] {
  const { parameters: before, ...rest } = kept;
  const { parameters: after, ...others } = own;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return [
    ...pairsOf(Object.keys(rest).toSorted(), rest, others),
    ...pairsOf(names, before, after).map(
      ([name, ...pair]) => [`parameter ${name}`, ...pair] as const,
    ),
    ["parameters", Object.keys(before), Object.keys(after)],
  ];
}

const pairsOf = (names: readonly string[], before: object, after: object): readonly Pair[] =>
  names.map((name) => [
    name,
    (before as Record<string, unknown>)[name],
    (after as Record<string, unknown>)[name],
  ]);

/** The same text for the same value, in whatever order its fields are. */
const show = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  ) ?? "none";
