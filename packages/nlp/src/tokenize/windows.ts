import { GraftError } from "@graft-ml/core";
import type { EncodeOptions, Side, Truncation } from "./encoding.js";

/** Which tokens of each text a window holds: from, to. */
export type Window = readonly (readonly [number, number])[];

export type WindowOptions = Pick<EncodeOptions, "truncation" | "stride"> & {
  /** Tokens of the texts that fit; undefined: all of them. */
  room: number | undefined;
  side: Side;
};

/** What of texts of these lengths fits; with `stride`, then the windows on the rest. */
export function planWindows(lengths: readonly number[], options: WindowOptions): readonly Window[] {
  const { room, side, stride, truncation = "longest_first" } = options;
  const total = lengths.reduce((all, length) => all + length, 0);
  if (room === undefined || total <= room) return [lengths.map((length) => [0, length])];
  if (room < 0) throw noRoom(`there is no room for ${-room} of the special tokens`);
  const kept = keptLengths(lengths, room, truncation);
  const first = lengths.map((length, at) => ends(length, kept[at]!, side));
  if (stride === undefined) return [first];
  const cut = lengths.findIndex((length, at) => kept[at]! < length);
  if (lengths.length > 1 && truncation === "longest_first") {
    throw noRoom('windows over a pair need `truncation: "only_first"` or "only_second"');
  }
  return slide(lengths[cut]!, { size: kept[cut]!, stride, side }).map((window) =>
    first.map((range, at) => (at === cut ? window : range)),
  );
}

function keptLengths(lengths: readonly number[], room: number, truncation: Truncation): number[] {
  const [first = 0, second] = lengths;
  if (second === undefined) return [room];
  if (truncation === "longest_first") {
    const half = Math.ceil(room / 2);
    if (second <= room - half) return [room - second, second];
    return first <= half ? [first, room - first] : [half, room - half];
  }
  const [other, name] = truncation === "only_first" ? [second, "second"] : [first, "first"];
  if (other > room) {
    throw noRoom(`the ${name} text alone has ${other} tokens and ${room} fit: cut that one, too`);
  }
  return truncation === "only_first" ? [room - second, second] : [first, room - first];
}

const ends = (length: number, kept: number, side: Side): readonly [number, number] =>
  side === "right" ? [0, kept] : [length - kept, length];

function slide(
  length: number,
  { size, stride, side }: { size: number; stride: number; side: Side },
): readonly (readonly [number, number])[] {
  if (!(Number.isInteger(stride) && stride >= 0 && stride < size)) {
    throw noRoom(`windows of ${size} tokens can't share ${stride}: take a stride below ${size}`);
  }
  const windows: (readonly [number, number])[] = [];
  for (let from = 0; ; from += size - stride) {
    const to = Math.min(from + size, length);
    windows.push(side === "right" ? [from, to] : [length - to, length - from]);
    if (to === length) return windows;
  }
}

const noRoom = (why: string): GraftError =>
  new GraftError("config-invalid", `Can't cut the text to its greatest length: ${why}.`);
