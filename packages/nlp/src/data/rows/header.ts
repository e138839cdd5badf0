/** Names that columns of texts or answers have; a first row that holds one is a header. */
const LONGEST_NAME = 64;

export type Header = {
  readonly columns: readonly string[];
  readonly isHeader: boolean;
  /** In words, why it was taken for one or not. */
  readonly why: string;
};

/**
 * Whether the first row of a table names its columns, unless that is said: it does unless one of its
 * cells is empty, a number, twice there, longer than 64 characters, or stands in the same column below.
 * Columns without a name are called "1", "2" and so on.
 */
export function findHeader(rows: readonly (readonly string[])[], said?: boolean): Header {
  const [first = [], ...below] = rows;
  const names = first.map((cell) => cell.trim());
  const against = said === undefined ? reasonAgainst(names, below) : undefined;
  if (said ?? against === undefined) {
    return {
      columns: names,
      isHeader: true,
      why: `its first row names the columns (${names.join(", ")}).`,
    };
  }
  return {
    columns: names.map((_, place) => String(place + 1)),
    isHeader: false,
    why: `its first row is taken for data, not for the columns' names, as ${against}.`,
  };
}

function reasonAgainst(
  names: readonly string[],
  below: readonly (readonly string[])[],
): string | undefined {
  for (const [place, name] of names.entries()) {
    if (name === "") return `cell ${place + 1} of it is empty`;
    if (Number.isFinite(Number(name))) return `it holds the number ${name}`;
    if (name.length > LONGEST_NAME) return `it holds a long text`;
    if (names.indexOf(name) !== place) return `it holds "${name}" twice`;
    if (below.some((row) => row[place]?.trim() === name)) return `"${name}" stands below it, too`;
  }
  return undefined;
}
