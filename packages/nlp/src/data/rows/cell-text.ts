import { type Buffer, isUtf8 } from "node:buffer";

/** The text of some bytes, or undefined where they aren't UTF-8. */
export function utf8Text(block: Buffer, start: number, end: number): string | undefined {
  const text = block.toString("utf8", start, end);
  // A replacement character may stand in the file itself.
  if (text.includes("\uFFFD") && !isUtf8(block.subarray(start, end))) return undefined;
  return text;
}

export const NOT_UTF8 =
  'has bytes that are not UTF-8; save the file as UTF-8 or name its encoding (such as "windows-1252")';
