import { createHash } from "node:crypto";

const START = '{"sum":"';
const MIDDLE = '","record":';
const DIGITS = 16;

const sumOf = (text: string): string =>
  createHash("sha256").update(text).digest("hex").slice(0, DIGITS);

/**
 * A record as bytes to be appended in one write: a line of JSON with a checksum, with a newline on both sides, so
 * that a torn line before it swallows nothing.
 */
export function encodeLine(record: object): Buffer {
  const text = JSON.stringify(record);
  return Buffer.from(`\n${START}${sumOf(text)}${MIDDLE}${text}}\n`);
}

/** The record of a line; `undefined` where its checksum doesn't hold. */
export function decodeLine(line: string): unknown {
  const at = START.length + DIGITS;
  const isFramed = line.startsWith(START) && line.startsWith(MIDDLE, at) && line.endsWith("}");
  if (!isFramed) return undefined;
  const text = line.slice(at + MIDDLE.length, -1);
  return line.slice(START.length, at) === sumOf(text) ? JSON.parse(text) : undefined;
}

/** Whether a file begins as a journal does, or as one does whose first line is torn. */
export function isJournalStart(text: string): boolean {
  const first = text.split("\n").find((line) => line !== "") ?? "";
  return (
    (text === "" || text.startsWith("\n")) && (first.startsWith(START) || START.startsWith(first))
  );
}
