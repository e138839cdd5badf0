import { Buffer } from "node:buffer";
import { GraftError } from "@graft-ml/core";

/** A record as a scanner finds it: bytes of its block, and what is in it or what is wrong with it. */
export type Found = {
  readonly start: number;
  readonly end: number;
} & ({ readonly cells: readonly string[] } | { readonly problem: string });

/**
 * Finds records in a block that begins with one. Stops before one that isn't whole, unless the block is
 * the file's last, and says how many bytes it has used.
 */
export type Scanner = (block: Buffer, isLast: boolean) => { found: readonly Found[]; used: number };

/** A record with its place in the whole text and the line on which it begins, from 1. */
export type Record = Found & { readonly line: number };

/** A record longer than this is taken for one that was never ended. */
export const LONGEST_RECORD = 16 * 1024 * 1024;

/**
 * The records of a stream of bytes, some at a time. `origin` is the first byte's place in the file.
 * Throws `dataset-invalid` where it has no lines.
 */
export async function* records(
  bytes: AsyncIterable<Buffer>,
  scan: Scanner,
  origin = 0,
): AsyncGenerator<readonly Record[], void> {
  const state = { at: origin, line: 1 };
  let pending: Buffer[] = [];
  let [length, wanted] = [0, 0];
  for await (const piece of bytes) {
    pending.push(piece);
    length += piece.length;
    if (length > 4 * LONGEST_RECORD) {
      throw new GraftError(
        "dataset-invalid",
        `Line ${state.line} is longer than ${(4 * LONGEST_RECORD) / 2 ** 20} MiB: this is no table of texts.`,
        { details: { line: state.line } },
      );
    }
    // After a scan that got nowhere, only twice as much is worth another.
    if (length < wanted) continue;
    const block = Buffer.concat(pending, length);
    const { found, used } = scan(block, false);
    if (found.length > 0) yield placed(found, block, state);
    pending = [block.subarray(used)];
    state.line += newlines(block, lastEnd(found), used);
    state.at += used;
    wanted = used === 0 ? 2 * length : 0;
    length -= used;
  }
  if (length === 0) return;
  const block = Buffer.concat(pending, length);
  yield placed(scan(block, true).found, block, state);
}

const lastEnd = (found: readonly Found[]): number => found.at(-1)?.end ?? 0;

/** Adds lines and places, and moves the line of `state` to the end of the last. */
function placed(
  found: readonly Found[],
  block: Buffer,
  state: { readonly at: number; line: number },
): readonly Record[] {
  let counted = 0;
  return found.map((record) => {
    state.line += newlines(block, counted, record.start);
    counted = record.start;
    const place = { line: state.line, start: state.at + record.start, end: state.at + record.end };
    state.line += newlines(block, counted, record.end);
    counted = record.end;
    return told(record, place);
  });
}

type Place = { readonly line: number; readonly start: number; readonly end: number };

/** Written out: for hundreds of thousands of records, spreading takes longer than reading. */
const told = (record: Found, { line, start, end }: Place): Record =>
  "cells" in record
    ? { line, start, end, cells: record.cells }
    : { line, start, end, problem: record.problem };

/** Most spans are a few bytes: looking at each beats asking for the next newline. */
function newlines(block: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) if (block[at] === 10) count++;
  return count;
}
