/**
 * Convolutions of 3 x 3 taps without strides from a quarter of the products: F(4 x 4, 3 x 3) of Lavin and Gray
 * (Fast Algorithms for Convolutional Neural Networks, CVPR 2016), written in ONNX's operators. Maps become 36
 * values for each tile of 4 x 4 results by a short convolution along each axis, all products are one batched
 * MatMul, and a second one makes the tiles' results.
 */
import type { Target } from "../graph.js";
import { identity, NCHW } from "../layout.js";
import { cookToom } from "./cook-toom.js";
import type { Formulation } from "./formulation.js";
import { kronecker, type Matrix, placeMatrix } from "./matrix.js";
import { addBias, reshaped } from "./reshaped.js";
import type { Lowering } from "./rule.js";
import { type Axis, both, every, type Window } from "./window.js";

/** Results of a tile along each axis, and taps. */
const RESULTS = 4;
const TAPS = 3;

const { points: POINTS, input, filter: evaluated, output } = cookToom(RESULTS, TAPS);
const turned: Matrix = evaluated.map((row) => [...row].reverse());

/** One axis of the maps: its cells, the padding before them, and the results. */
type Stretch = { readonly size: number; readonly before: number; readonly out: number };

type Problem = {
  readonly batch: number;
  readonly channels: number;
  readonly outChannels: number;
  readonly rows: Stretch;
  readonly columns: Stretch;
};

const tiles = ({ out }: Stretch): number => Math.ceil(out / RESULTS);

/** Where the last tile ends, counted from the last cell. */
const after = (axis: Stretch): number => tiles(axis) * RESULTS + TAPS - 1 - axis.before - axis.size;

/** (batch, channels, height, width) as (points, channels, batch * tiles). */
function mapsAtPoints(context: Lowering, maps: string, problem: Problem): string {
  const { batch, channels, rows, columns } = problem;
  const along = (name: string, { vertical, axis }: { vertical: boolean; axis: Stretch }) => {
    const kernel = vertical ? [POINTS, 1] : [1, POINTS];
    const [before, behind] = [axis.before, after(axis)];
    return context.emit("Conv", [name, placeMatrix(context, input, [POINTS, 1, ...kernel])], {
      kernel_shape: kernel,
      strides: vertical ? [RESULTS, 1] : [1, RESULTS],
      pads: vertical ? [before, 0, behind, 0] : [0, before, 0, behind],
    });
  };
  const planes = reshaped(context, maps, batch * channels, 1, rows.size, columns.size);
  const tall = along(planes, { vertical: true, axis: rows });
  const lines = reshaped(context, tall, batch * channels * POINTS, 1, tiles(rows), columns.size);
  const all = along(lines, { vertical: false, axis: columns });
  const count = tiles(rows) * tiles(columns);
  const parts = reshaped(context, all, batch, channels, POINTS * POINTS, count);
  const moved = context.emit("Transpose", [parts], { perm: [2, 1, 0, 3] });
  return reshaped(context, moved, POINTS * POINTS, channels, batch * count);
}

/** A filter (height, width, out, in) as (points, out, in). */
function filterAtPoints(
  context: Lowering,
  filter: string,
  problem: Problem,
  matrix: Matrix,
): string {
  const { channels, outChannels } = problem;
  const flat = reshaped(context, filter, TAPS * TAPS, outChannels * channels);
  const product = context.emit("MatMul", [placeMatrix(context, kronecker(matrix, matrix)), flat]);
  return reshaped(context, product, POINTS * POINTS, outChannels, channels);
}

/** Products (points, out, batch * tiles) as maps (batch, out, height, width). */
function mapsOfTiles(context: Lowering, products: string, problem: Problem): string {
  const { batch, outChannels, rows, columns } = problem;
  const [tall, wide] = [tiles(rows), tiles(columns)];
  const flat = reshaped(context, products, POINTS * POINTS, outChannels * batch * tall * wide);
  const results = context.emit("MatMul", [placeMatrix(context, kronecker(output, output)), flat]);
  const parts = reshaped(context, results, RESULTS, RESULTS, outChannels, batch, tall, wide);
  const moved = context.emit("Transpose", [parts], { perm: [3, 2, 4, 0, 5, 1] });
  const maps = reshaped(context, moved, batch, outChannels, tall * RESULTS, wide * RESULTS);
  if (tall * RESULTS === rows.out && wide * RESULTS === columns.out) return maps;
  const ends = context.ints([rows.out, columns.out]);
  return context.emit("Slice", [maps, context.ints([0, 0]), ends, context.ints([2, 3])]);
}

/** From maps NCHW and a filter whose axes are (height, width, out, in). */
function convolution(
  context: Lowering,
  maps: string,
  filter: string,
  problem: Problem,
  matrix: Matrix,
): string {
  const products = context.emit("MatMul", [
    filterAtPoints(context, filter, problem, matrix),
    mapsAtPoints(context, maps, problem),
  ]);
  return mapsOfTiles(context, products, problem);
}

const isSquare = ({ taps, stride, dilation }: Axis): boolean =>
  taps === TAPS && stride === 1 && dilation === 1;

/**
 * Channels enough that the products saved outweigh what tiles cost, and tiles enough for a product. ONNX Runtime
 * in WebAssembly unfolds what it convolves; on other targets its own kernels are faster.
 */
const worthIt = ({ batch, channels, outChannels, rows, columns }: Problem, target: Target) =>
  target === "wasm" &&
  Math.min(channels, outChannels) >= 32 &&
  batch * tiles(rows) * tiles(columns) >= 16;

const forward = (w: Window): Problem => {
  const [rows, columns] = both(w, ({ size, before, out }) => ({ size, before, out }));
  return { batch: w.batch, channels: w.channels, outChannels: w.outChannels, rows, columns };
};

export const winograd: Formulation = {
  name: "Winograd's, in tiles of 4 x 4",
  possible: (w) => every(w, isSquare),
  when: (w, target) => worthIt(forward(w), target),
  emit(context, [x, filter, bias], w) {
    const placed = context.place(filter, [0, 1, 3, 2]);
    const maps = context.place(x, NCHW);
    const name = convolution(context, maps, placed, forward(w), evaluated);
    return { name: addBias(context, name, bias), order: NCHW };
  },
};

/** dy padded so that the turned filter meets each cell of x. */
const backward = (w: Window): Problem => {
  const [rows, columns] = both(w, ({ size, before, out }) => ({
    size: out,
    before: TAPS - 1 - before,
    out: size,
  }));
  return { batch: w.batch, channels: w.outChannels, outChannels: w.channels, rows, columns };
};

/** The gradient of the input, a convolution of dy with the filter turned round. */
export const winogradInputGradient: Formulation = {
  name: winograd.name,
  possible: (w) => every(w, (axis) => isSquare(axis) && axis.before < TAPS && axis.after < TAPS),
  when: (w, target) => worthIt(backward(w), target),
  emit(context, [dy, filter], w) {
    const placed = context.place(filter, identity(4));
    const maps = context.place(dy, NCHW);
    return { name: convolution(context, maps, placed, backward(w), turned), order: NCHW };
  },
};
