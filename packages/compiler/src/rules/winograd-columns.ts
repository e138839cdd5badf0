/**
 * Convolutions with fewer products along their columns alone: F(4, r) of Winograd (Arithmetic Complexity of
 * Computations, 1980), for filters that are wide or maps that are few, of which tiles would make too much. A
 * stride s splits columns and taps into s phases: 7 taps with stride 2 are 4 and 3 taps without.
 */
import { NCHW } from "../layout.js";
import { type CookToom, cookToom } from "./cook-toom.js";
import type { Formulation } from "./formulation.js";
import { type Matrix, placeMatrix } from "./matrix.js";
import { addBias, reshaped } from "./reshaped.js";
import type { Lowering } from "./rule.js";
import type { Axis, Window } from "./window.js";

/** Results side by side that are computed together. */
const RESULTS = 4;

/** Taps of each phase. */
const phaseTaps = ({ taps, stride }: Axis): number => Math.ceil(taps / stride);

const tiles = ({ out }: Axis): number => Math.ceil(out / RESULTS);

/** Cells between the map's end and the last tile's. */
const padAfter = (axis: Axis): number =>
  axis.stride * (RESULTS * tiles(axis) - 1 + phaseTaps(axis)) - axis.before - axis.size;

/** [phases x points, cells of a tile]: each phase takes the cells that are its own. */
function phaseMaps({ input, points }: CookToom, phases: number): Matrix {
  return Array.from({ length: phases }, (_, phase) =>
    input.map((row) =>
      Array.from({ length: phases * points }, (_, cell) =>
        cell % phases === phase ? (row[(cell - phase) / phases] as number) : 0,
      ),
    ),
  ).flat();
}

/** [points x phases, taps] */
function phaseFilters({ filter }: CookToom, { taps, stride }: Axis): Matrix {
  return filter.flatMap((row) =>
    Array.from({ length: stride }, (_, phase) =>
      Array.from({ length: taps }, (_, tap) =>
        tap % stride === phase ? (row[(tap - phase) / stride] as number) : 0,
      ),
    ),
  );
}

/** (batch, channels, height, width) as (batch, points * channels * phases, height, tiles). */
function mapsAtPoints(context: Lowering, maps: string, w: Window, fast: CookToom): string {
  const { batch, channels, rows, columns } = w;
  const { stride: phases } = columns;
  const { points } = fast;
  const cells = phases * points;
  const planes = reshaped(context, maps, batch * channels, 1, rows.size, columns.size);
  const kernel = placeMatrix(context, phaseMaps(fast, phases), [cells, 1, 1, cells]);
  const all = context.emit("Conv", [planes, kernel], {
    kernel_shape: [1, cells],
    strides: [1, RESULTS * phases],
    pads: [0, columns.before, 0, padAfter(columns)],
  });
  const count = rows.size * tiles(columns);
  const parts = reshaped(context, all, batch, channels * phases, points, count);
  const moved = context.emit("Transpose", [parts], { perm: [0, 2, 1, 3] });
  return reshaped(context, moved, batch, points * channels * phases, rows.size, tiles(columns));
}

/** A filter (height, width, in, out) as (points * out, in * phases, height, 1). */
function filterAtPoints(context: Lowering, filter: string, w: Window, fast: CookToom): string {
  const { channels, outChannels, rows, columns } = w;
  const { points } = fast;
  const flat = reshaped(context, filter, rows.taps, columns.taps, channels * outChannels);
  const product = context.emit("MatMul", [placeMatrix(context, phaseFilters(fast, columns)), flat]);
  const phases = columns.stride;
  const parts = reshaped(context, product, rows.taps, points, phases, channels, outChannels);
  const moved = context.emit("Transpose", [parts], { perm: [1, 4, 3, 2, 0] });
  return reshaped(context, moved, points * outChannels, channels * phases, rows.taps, 1);
}

/** Products (batch, points * out, height, tiles) as maps (batch, out, height, width). */
function mapsOfTiles(context: Lowering, products: string, w: Window, fast: CookToom): string {
  const { batch, outChannels, rows, columns } = w;
  const count = outChannels * rows.out * tiles(columns);
  const flat = reshaped(context, products, batch, fast.points, count);
  const results = context.emit("MatMul", [placeMatrix(context, fast.output), flat]);
  const moved = context.emit("Transpose", [results], { perm: [0, 2, 1] });
  const maps = reshaped(context, moved, batch, outChannels, rows.out, tiles(columns) * RESULTS);
  if (tiles(columns) * RESULTS === columns.out) return maps;
  const [start, end] = [context.ints([0]), context.ints([columns.out])];
  return context.emit("Slice", [maps, start, end, context.ints([3])]);
}

export const winogradColumns: Formulation = {
  name: "Winograd's, along columns",
  possible: ({ columns }) =>
    columns.dilation === 1 && [3, 4].includes(phaseTaps(columns)) && padAfter(columns) >= 0,
  when: ({ channels, columns }, target) => target === "wasm" && channels <= 4 && columns.taps >= 5,
  emit(context, [x, filter, bias], w) {
    const fast = cookToom(RESULTS, phaseTaps(w.columns));
    const { rows } = w;
    const products = context.emit(
      "Conv",
      [
        mapsAtPoints(context, context.place(x, NCHW), w, fast),
        filterAtPoints(context, context.place(filter), w, fast),
      ],
      {
        group: fast.points,
        kernel_shape: [rows.taps, 1],
        strides: [rows.stride, 1],
        dilations: [rows.dilation, 1],
        pads: [rows.before, 0, rows.after, 0],
      },
    );
    return { name: addBias(context, mapsOfTiles(context, products, w, fast), bias), order: NCHW };
  },
};
