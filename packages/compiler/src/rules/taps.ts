import type { Lowering } from "./rule.js";
import { type Axis, taps, unreached, type Window } from "./window.js";

/** Where rows and columns stand among the physical axes: [2, 3] for NCHW, [1, 2] for NHWC. */
export type Plane = { readonly rank: number; readonly rows: number; readonly columns: number };

export const CHANNELS_FIRST: Plane = { rank: 4, rows: 2, columns: 3 };
export const CHANNELS_LAST: Plane = { rank: 4, rows: 1, columns: 2 };

/** Pads rows and columns; negative amounts cut off. */
function padPlane(
  context: Lowering,
  name: string,
  plane: Plane,
  rows: readonly [number, number],
  columns: readonly [number, number],
): string {
  const amounts = Array<number>(2 * plane.rank).fill(0);
  [amounts[plane.rows], amounts[plane.rank + plane.rows]] = rows;
  [amounts[plane.columns], amounts[plane.rank + plane.columns]] = columns;
  if (amounts.every((amount) => amount === 0)) return name;
  return context.emit("Pad", [name, context.ints(amounts)]);
}

const indices = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Every tap of the window, row by row. */
const eachTap = <T>(w: Window, of: (row: number, column: number) => T): T[] =>
  indices(w.rows.taps).flatMap((row) => indices(w.columns.taps).map((column) => of(row, column)));

/** What each tap of the window reads: as many maps (.., H', W', ..) as the filter has taps. */
export function readTaps(context: Lowering, x: string, w: Window, plane: Plane): string[] {
  const { rows, columns } = w;
  const padded = padPlane(
    context,
    x,
    plane,
    [rows.before, rows.after],
    [columns.before, columns.after],
  );
  const whole = taps(w) === 1 && unreached(rows) + unreached(columns) === 0;
  if (whole && rows.stride === 1 && columns.stride === 1) return [padded];
  const stop = (axis: Axis, start: number) => start + (axis.out - 1) * axis.stride + 1;
  return eachTap(w, (row, column) => {
    const [top, left] = [row * rows.dilation, column * columns.dilation];
    return context.emit("Slice", [
      padded,
      context.ints([top, left]),
      context.ints([stop(rows, top), stop(columns, left)]),
      context.ints([plane.rows, plane.columns]),
      context.ints([rows.stride, columns.stride]),
    ]);
  });
}

/** Tap t writes to rows `place * stride + offset`: the phase of the row, and how far places move. */
function shift(axis: Axis, tap: number): { phase: number; by: number } {
  const offset = tap * axis.dilation - axis.before;
  const by = Math.floor(offset / axis.stride);
  return { phase: offset - by * axis.stride, by };
}

const phaseSize = (axis: Axis): number => Math.ceil(axis.size / axis.stride);

/** Whether a tap writes to padding alone. Pad must not see it: ONNX Runtime 1.14 fails where nothing is left. */
const misses = (axis: Axis, by: number): boolean => by >= phaseSize(axis) || by + axis.out <= 0;

const around = (axis: Axis, by: number): [number, number] => [by, phaseSize(axis) - axis.out - by];

/**
 * The reverse of `readTaps` for channels-last maps: adds up what each tap writes, (B, H', W', C) each,
 * into (B, H, W, C). With strides, the maps of one phase (rows 0, 2, 4, ... and so on) are added up first
 * and then interleaved.
 */
export function writeTaps(context: Lowering, parts: readonly string[], w: Window): string {
  const { rows, columns } = w;
  const phases = new Map<string, string[]>();
  eachTap(w, (row, column) => [shift(rows, row), shift(columns, column)] as const).forEach(
    ([r, c], tap) => {
      if (misses(rows, r.by) || misses(columns, c.by)) return;
      const key = `${r.phase} ${c.phase}`;
      const moved = padPlane(
        context,
        parts[tap] as string,
        CHANNELS_LAST,
        around(rows, r.by),
        around(columns, c.by),
      );
      phases.set(key, [...(phases.get(key) ?? []), moved]);
    },
  );
  const phase = (row: number, column: number) =>
    sum(context, phases.get(`${row} ${column}`) ?? [zeros(context, w)]);
  if (rows.stride === 1 && columns.stride === 1) return phase(0, 0);
  return interleave(context, w, phase);
}

const sum = (context: Lowering, parts: readonly string[]): string =>
  parts.length === 1 ? (parts[0] as string) : context.emit("Sum", parts);

const zeros = (context: Lowering, w: Window): string =>
  context.emit("Expand", [
    context.scalar(0),
    context.ints([w.batch, phaseSize(w.rows), phaseSize(w.columns), w.channels]),
  ]);

function interleave(
  context: Lowering,
  w: Window,
  phase: (row: number, column: number) => string,
): string {
  const { rows, columns } = w;
  const [height, width] = [phaseSize(rows), phaseSize(columns)];
  const apart = context.ints([-1, height, 1, width, 1, w.channels]);
  const lines = indices(rows.stride).map((row) => {
    const cells = indices(columns.stride).map((column) =>
      context.emit("Reshape", [phase(row, column), apart]),
    );
    return concat(context, cells, 4);
  });
  const whole = context.emit("Reshape", [
    concat(context, lines, 2),
    context.ints([-1, height * rows.stride, width * columns.stride, w.channels]),
  ]);
  return padPlane(
    context,
    whole,
    CHANNELS_LAST,
    [0, rows.size - height * rows.stride],
    [0, columns.size - width * columns.stride],
  );
}

/** Concat of one value is that value. */
export const concat = (context: Lowering, parts: readonly string[], axis: number): string =>
  parts.length === 1 ? (parts[0] as string) : context.emit("Concat", parts, { axis });
