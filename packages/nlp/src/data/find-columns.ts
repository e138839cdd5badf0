import type { Json } from "@graft-ml/core";
import { cellOf, invalidFile, type Row } from "./rows/row.js";

export type ColumnOptions = {
  /** Default: found by its name or its length, told in `notes`. */
  text?: string;
  /** The second text of a pair. Default: found by its name, as in sentence1 and sentence2. */
  pair?: string;
  /** The answer; several columns for a regression of several numbers. Default: found, told in `notes`. */
  label?: string | readonly string[];
  /** Rows of one group are never split up. Default: the column "group" where there is one. */
  group?: string;
};

export type Columns = {
  readonly text: string;
  readonly pair?: string;
  /** None where the task needs none. */
  readonly labels: readonly string[];
  readonly group?: string;
  readonly notes: readonly string[];
};

/** What kind of answer a task wants from a table; none for texts alone. */
export type AnswerKind = "labels" | "none" | "numbers";

const textNames = "text sentence review content body comment tweet message document abstract post";
const labelNames =
  "label labels class classes category target targets sentiment polarity rating stars score intent topic value";
const pairNames = ["premise hypothesis", "question sentence", "query document", "query passage"];

/**
 * Which columns of a table hold what, as far as it isn't said. The text is the column with the best
 * known name (text, sentence, review, ...), else the one with the longest cells. Two texts are a pair
 * where their names differ in 1 and 2 or a and b only, or are a known pair. The answer is the column with
 * the best known name (label, class, ...), else of the others the one with the fewest different cells.
 * Throws `dataset-invalid` where a named column is missing or no answer is found.
 */
export function findColumns(
  table: { path: string; columns: readonly string[]; rows: readonly Row[] },
  options: ColumnOptions & { answer: AnswerKind },
): Columns {
  const { path, rows } = table;
  const all =
    table.columns.length > 0
      ? table.columns
      : [...new Set(rows.flatMap((row) => Object.keys(row.cells)))];
  const { text, pair, label, group } = options;
  const said = [text, pair, label, group].flat();
  for (const name of said) {
    if (name !== undefined && !all.includes(name)) throw missing(path, name, all);
  }
  const seen = all.map((name) => describe(name, rows)).filter(({ name }) => !said.includes(name));
  const texts = findTexts(path, seen, options);
  const rest = seen.filter(({ name }) => !texts.includes(name));
  const labels = label === undefined ? findLabel(path, rest, options.answer) : [label].flat();
  const found: Omit<Columns, "notes"> = {
    text: texts[0],
    ...optional("pair", texts[1]),
    labels,
    ...optional("group", group ?? rest.find(({ name }) => name === "group")?.name),
  };
  return { ...found, notes: decisions(path, found, options) };
}

const optional = <K extends string>(key: K, value: string | undefined): { [k in K]?: string } =>
  value === undefined ? {} : ({ [key]: value } as { [k in K]: string });

/** What was found and not said, in words. */
function decisions(
  path: string,
  found: Omit<Columns, "notes">,
  said: ColumnOptions,
): readonly string[] {
  const told = [
    said.text === undefined && `the text is the column "${found.text}"`,
    said.pair === undefined && found.pair !== undefined && `its pair is "${found.pair}"`,
    said.label === undefined &&
      found.labels[0] !== undefined &&
      `the answer is "${found.labels[0]}"`,
    said.group === undefined && found.group !== undefined && `groups are in "${found.group}"`,
  ].filter((each) => each !== false);
  return told.length === 0 ? [] : [`${path}: ${told.join(", ")}.`];
}

/** The column of texts, and that of their pairs where there is one. */
function findTexts(
  path: string,
  seen: readonly Seen[],
  { text, pair }: ColumnOptions,
): readonly [string, string?] {
  const both = text === undefined && pair === undefined ? findPair(seen) : undefined;
  if (both) return both;
  const first = text ?? findText(path, seen);
  return pair === undefined ? [first] : [first, pair];
}

type Seen = {
  readonly name: string;
  /** Mean length of the cells that are texts. */
  readonly length: number;
  /** How many different cells there are, and how many that aren't empty. */
  readonly different: number;
  readonly filled: number;
  readonly areNumbers: boolean;
};

function describe(name: string, rows: readonly Row[]): Seen {
  const cells = rows.map((row) => cellOf(row, name)).filter((cell) => !isEmpty(cell));
  const texts = cells.filter((cell) => typeof cell === "string");
  const characters = texts.reduce((sum, cell) => sum + cell.length, 0);
  return {
    name,
    length: characters / Math.max(1, cells.length),
    different: new Set(cells.map((cell) => JSON.stringify(cell))).size,
    filled: cells.length,
    areNumbers: cells.length > 0 && cells.every(isNumber),
  };
}

const isEmpty = (cell: Json): boolean =>
  cell === null || (typeof cell === "string" && cell.trim() === "");

const isNumber = (cell: Json): boolean =>
  typeof cell === "number" || (typeof cell === "string" && Number.isFinite(Number(cell)));

/** A name in words: "Review Text", "review_text" and "reviewText" are alike. */
const words = (name: string): readonly string[] =>
  name
    .replaceAll(/([a-z])([A-Z0-9])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");

/** The column whose whole name is the earliest known one, else whose last word is. */
function byName(seen: readonly Seen[], known: string): Seen | undefined {
  const names = known.split(" ");
  const whole = ({ name }: Seen) => names.indexOf(words(name).join(" "));
  const last = ({ name }: Seen) => names.indexOf(words(name).at(-1) ?? "");
  for (const rank of [whole, last]) {
    const ranked = seen.filter((each) => rank(each) >= 0).sort((a, b) => rank(a) - rank(b));
    if (ranked[0]) return ranked[0];
  }
  return undefined;
}

/** A text has more than a word or two. */
const SHORTEST_TEXT = 12;

function findText(path: string, seen: readonly Seen[]): string {
  const texts = seen.filter(({ areNumbers, filled }) => !areNumbers && filled > 0);
  const longest = texts.reduce<Seen | undefined>(
    (best, each) => (best && best.length >= each.length ? best : each),
    undefined,
  );
  const found = byName(texts, textNames) ?? longest;
  if (found) return found.name;
  const names = seen.map(({ name }) => name).join(", ");
  throw invalidFile(path, `has no column of texts (it has ${names}). Name one: text.`);
}

function findPair(seen: readonly Seen[]): readonly [string, string] | undefined {
  const texts = seen.filter(({ length, areNumbers }) => !areNumbers && length >= SHORTEST_TEXT);
  for (const first of texts) {
    const own = words(first.name).join(" ");
    const second = texts.find(({ name }) => isPair(own, words(name).join(" ")));
    if (second) return [first.name, second.name];
  }
  return undefined;
}

function isPair(first: string, second: string): boolean {
  if (pairNames.includes(`${first} ${second}`)) return true;
  const other = first.replace(/\b1\b/, "2").replace(/\ba\b/, "b");
  return other !== first && other === second;
}

function findLabel(path: string, seen: readonly Seen[], answer: AnswerKind): readonly string[] {
  if (answer === "none") return [];
  const fitting = seen.filter(
    ({ areNumbers, different }) => different > 0 && (answer === "labels" || areNumbers),
  );
  const named = byName(fitting, labelNames);
  if (named) return [named.name];
  const repeated = fitting.filter(
    ({ different, filled }) => answer === "numbers" || (different > 1 && different < filled),
  );
  const fewest = repeated.toSorted((a, b) => a.different - b.different);
  if (fewest[0] && fewest[0].different !== fewest[1]?.different) return [fewest[0].name];
  const names = seen.map(({ name }) => `"${name}"`).join(", ");
  const why =
    fewest.length > 1
      ? `has several columns that could be the answer (${names})`
      : `has no column that could be the answer${names === "" ? "" : ` (besides the text it has ${names})`}`;
  throw invalidFile(path, `${why}. Name it: label.`);
}

const missing = (path: string, name: string, columns: readonly string[]) =>
  invalidFile(
    path,
    `has no column "${name}"; it has ${columns.map((each) => `"${each}"`).join(", ")}. Name one of them.`,
  );
