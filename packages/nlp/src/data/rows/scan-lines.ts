import type { Buffer } from "node:buffer";
import { NOT_UTF8, utf8Text } from "./cell-text.js";
import type { Found, Scanner } from "./records.js";

/** A record a line, empty lines left out: its text is its one cell. */
export const scanLines: Scanner = (block, isLast) => {
  const { found, used } = scanAllLines(block, isLast);
  return {
    found: found.filter((line) => !("cells" in line) || line.cells[0]!.trim() !== ""),
    used,
  };
};

/** A record a line, empty ones too. */
export const scanAllLines: Scanner = (block, isLast) => {
  const found: Found[] = [];
  let start = 0;
  while (start < block.length) {
    const newline = block.indexOf(10, start);
    if (newline < 0 && !isLast) break;
    const end = newline < 0 ? block.length : newline;
    found.push(lineOf(block, start, end));
    start = end + 1;
  }
  return { found, used: Math.min(start, block.length) };
};

function lineOf(block: Buffer, start: number, end: number): Found {
  const stop = end > start && block[end - 1] === 13 ? end - 1 : end;
  const text = utf8Text(block, start, stop);
  return text === undefined ? { start, end, problem: NOT_UTF8 } : { start, end, cells: [text] };
}
