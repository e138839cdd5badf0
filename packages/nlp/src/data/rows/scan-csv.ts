import type { Buffer } from "node:buffer";
import { NOT_UTF8, utf8Text } from "./cell-text.js";
import { type Found, LONGEST_RECORD, type Scanner } from "./records.js";

export type CsvOptions = {
  readonly delimiter: string;
  /** Whether a cell may stand in double quotes (RFC 4180). Without, quotes are characters like others. */
  readonly quotes: boolean;
  /** How many cells a row must have. Default: any number. */
  readonly width?: number;
};

type Cell = { start: number; end: number; next: number; quoted: boolean };
/** Bytes are compared, not characters: reading a long string one by one is far slower. */
const [SPACE, QUOTE, RETURN, NEWLINE] = [0x20, 0x22, 0x0d, 0x0a];
/** Why a record ends badly; "open" where more bytes might end it well. */
type Fault = "open" | "after";

/**
 * Records of a file in the manner of RFC 4180. A quote that does not end, or that ends where no cell does,
 * costs its own line only: the next line is read afresh. So does a row over several lines with the wrong
 * number of cells, because a stray quote has then swallowed what follows it.
 */
export function csvScanner(options: CsvOptions): Scanner {
  return (block, isLast) => {
    // One character a byte: places in it are places in the block.
    const text = block.toString("latin1");
    const context: Context = {
      text,
      block,
      isLast,
      options,
      mark: options.delimiter.charCodeAt(0),
      newline: finder(text, "\n"),
      delimiter: finder(text, options.delimiter),
      quote: finder(text, '"'),
    };
    const found: Found[] = [];
    let at = 0;
    while (at < text.length) {
      const record = recordAt(context, at);
      if (record === "unfinished") break;
      if (record.found) found.push(record.found);
      at = record.next;
    }
    return { found, used: Math.min(at, text.length) };
  };
}

/** Where a character stands next, from a place on; the end of the text where it doesn't. */
type Finder = (from: number) => number;

type Context = {
  readonly text: string;
  readonly block: Buffer;
  readonly isLast: boolean;
  readonly options: CsvOptions;
  /** The delimiter's byte. */
  readonly mark: number;
  readonly newline: Finder;
  readonly delimiter: Finder;
  readonly quote: Finder;
};

/** Remembers the last find, so that a character which is rare is not looked for again in every row. */
function finder(text: string, mark: string): Finder {
  let [since, next] = [0, -1];
  return (from) => {
    if (from >= since && from <= next) return next;
    since = from;
    const at = text.indexOf(mark, from);
    next = at < 0 ? text.length : at;
    return next;
  };
}

function recordAt(context: Context, start: number) {
  const { text, block, isLast } = context;
  const line = { start, end: context.newline(start) };
  if (line.end === text.length && !isLast) return "unfinished";
  const cells: Cell[] = [];
  for (let at = start; ; ) {
    const cell = cellAt(context, at);
    if (!isLast && needsMore(context, cell, start)) return "unfinished";
    if (cell === "open" || cell === "after") return faulty(line, cell);
    cells.push(cell);
    if (block[cell.next] !== context.mark) {
      return whole(context, { ...line, stop: cell.next, cells });
    }
    at = cell.next + 1;
  }
}

/** Whether the block ends inside this cell of the record that begins at `start`. */
function needsMore({ text }: Context, cell: Cell | Fault, start: number): boolean {
  if (cell === "open") return text.length - start < LONGEST_RECORD;
  return cell !== "after" && cell.next >= text.length;
}

function faulty(line: { start: number; end: number }, fault: Fault) {
  const problem =
    fault === "open"
      ? 'opens a quote (") that never ends; end it, write "" for a quote inside a cell, or say that quotes are literal (quotes: false)'
      : 'has text after the closing quote (") of a cell; write "" for a quote inside a cell, or say that quotes are literal (quotes: false)';
  return { found: { ...line, problem }, next: line.end + 1 };
}

/** The cell that begins here; `next` is the delimiter, the newline or the end behind it. */
function cellAt(context: Context, at: number): Cell | Fault {
  const { block, options } = context;
  let start = at;
  while (options.quotes && block[start] === SPACE) start++;
  return options.quotes && block[start] === QUOTE
    ? quotedAt(context, start + 1)
    : bareAt(context, at);
}

function bareAt({ block, newline, delimiter }: Context, start: number): Cell {
  const next = Math.min(newline(start), delimiter(start));
  const hasReturn = next > start && next === newline(start) && block[next - 1] === RETURN;
  return { start, end: hasReturn ? next - 1 : next, next, quoted: false };
}

function quotedAt(context: Context, start: number): Cell | Fault {
  const { block, mark } = context;
  const end = closingQuote(context, start);
  if (end === undefined) return "open";
  let next = end + 1;
  while (block[next] === SPACE) next++;
  if (block[next] === RETURN && (block[next + 1] ?? NEWLINE) === NEWLINE) next++;
  const isEnd = next >= block.length || block[next] === mark || block[next] === NEWLINE;
  return isEnd ? { start, end, next, quoted: true } : "after";
}

function closingQuote({ block, isLast, quote }: Context, from: number): number | undefined {
  let close = quote(from);
  while (block[close + 1] === QUOTE) close = quote(close + 2);
  if (close >= block.length) return undefined;
  // The last quote of a block may be the first half of a doubled one, and of a line may have its end to come.
  return close + 1 === block.length && !isLast ? undefined : close;
}

type Whole = { start: number; end: number; stop: number; cells: readonly Cell[] };

function whole({ block, options }: Context, { start, end, stop, cells: places }: Whole) {
  const next = stop + 1;
  const [first] = places;
  if (places.length === 1 && first!.start === first!.end && !first!.quoted) return { next };
  const { width = places.length } = options;
  const extra = places.slice(width).every((cell) => cell.start === cell.end);
  if (places.length < width || !extra) {
    const row = { start, end: stop };
    const problem = `has ${places.length} cells where ${width} belong; quote cells that hold the delimiter "${shown(options.delimiter)}"`;
    if (stop > end) return { found: { start, end, problem: swallowed(problem) }, next: end + 1 };
    return { found: { ...row, problem }, next };
  }
  const cells: string[] = [];
  for (const place of places.slice(0, width)) {
    const text = utf8Text(block, place.start, place.end);
    if (text === undefined) {
      const problem = `cell ${cells.length + 1} ${NOT_UTF8}`;
      return { found: { start, end: stop, problem }, next };
    }
    cells.push(place.quoted ? text.replaceAll('""', '"') : text);
  }
  return { found: { start, end: stop, cells }, next };
}

const swallowed = (problem: string): string =>
  `opens a quote (") that takes in the lines below it, and then ${problem}`;

const shown = (delimiter: string): string => (delimiter === "\t" ? "tab" : delimiter);
