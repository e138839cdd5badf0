import { allocate, bytesOf, dtypeBytes, sizeOf, viewTensor } from "../dtype.js";
import type { HostTensor } from "../host-tensor.js";

/**
 * How an array's axes become PyTorch's:
 * - conv: [H, W, in, out] -> [out, in, H, W]
 * - depthwise: [H, W, C, multiplier] -> [C * multiplier, 1, H, W]
 * - linear: [in, out] -> [out, in]
 * - pointwise-linear: [1, 1, in, out] -> [out, in]
 * - flat-map-7x7: [7 * 7 * C, out], the rows channels last -> [out, C * 7 * 7], channels first
 * - rows: [out, ...] -> [out, all others], without a move
 */
export type Layout = "conv" | "depthwise" | "linear" | "pointwise-linear" | "flat-map-7x7" | "rows";

/** Every layout reverses the order of three axes, some of them several of the array's in one. */
type Arrangement = {
  readonly axes: readonly [number, number, number];
  readonly shape: readonly number[];
};

type Arrange = (shape: readonly number[]) => Arrangement | undefined;

const mapSize = 49;

const arrangements: Readonly<Record<Layout, Arrange>> = {
  conv: ([h, w, from, out, ...rest]) =>
    isAll(rest, h, w, from, out)
      ? { axes: [h! * w!, from!, out!], shape: [out!, from!, h!, w!] }
      : undefined,
  depthwise: ([h, w, channels, multiplier, ...rest]) => {
    if (!isAll(rest, h, w, channels, multiplier)) return undefined;
    const out = channels! * multiplier!;
    return { axes: [h! * w!, 1, out], shape: [out, 1, h!, w!] };
  },
  linear: ([from, out, ...rest]) =>
    isAll(rest, from, out) ? { axes: [from!, 1, out!], shape: [out!, from!] } : undefined,
  "pointwise-linear": ([h, w, from, out, ...rest]) =>
    h === 1 && w === 1 && isAll(rest, from, out)
      ? { axes: [from!, 1, out!], shape: [out!, from!] }
      : undefined,
  "flat-map-7x7": ([from, out, ...rest]) =>
    isAll(rest, from, out) && from! % mapSize === 0
      ? { axes: [mapSize, from! / mapSize, out!], shape: [out!, from!] }
      : undefined,
  rows: ([out, ...rest]) =>
    out === undefined
      ? undefined
      : { axes: [1, out * sizeOf(rest), 1], shape: [out, sizeOf(rest)] },
};

/** The sizes are all there, and no other is. */
const isAll = (rest: readonly number[], ...sizes: readonly (number | undefined)[]): boolean =>
  rest.length === 0 && sizes.every((size) => size !== undefined);

/** The shape that a layout gives, or undefined where it does not suit. */
export const arrangedShape = (
  layout: Layout,
  shape: readonly number[],
): readonly number[] | undefined => arrangements[layout](shape)?.shape;

/** The same numbers in PyTorch's layout; undefined where the layout does not suit the shape. */
export function arrange(
  layout: Layout,
  tensor: HostTensor,
  { shared }: { shared: boolean },
): HostTensor | undefined {
  const arrangement = arrangements[layout](tensor.shape);
  if (arrangement === undefined) return undefined;
  const { axes, shape } = arrangement;
  const buffer = allocate(tensor.data.byteLength, shared);
  const bytes = dtypeBytes[tensor.dtype];
  const from = bytesOf(tensor);
  const into = new Uint8Array(buffer);
  if (axes[0] === 1 && axes[2] === 1) into.set(from);
  else
    reverseAxes(wordsOf(from, bytes), wordsOf(into, bytes), { axes, words: bytes === 8 ? 2 : 1 });
  return viewTensor(tensor.dtype, shape, buffer, 0);
}

type Words = Uint8Array | Uint16Array | Uint32Array;

/** Elements as whole numbers, so that no bit pattern is taken for a NaN; 8 bytes are two. */
function wordsOf({ buffer, byteOffset, byteLength }: Uint8Array, bytes: number): Words {
  if (bytes === 1) return new Uint8Array(buffer, byteOffset, byteLength);
  if (bytes === 2) return new Uint16Array(buffer, byteOffset, byteLength / 2);
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}

/** Small squares stay in the processor's cache on both sides. */
const tile = 32;

/** [a, b, c] -> [c, b, a], elements of one or two words. */
function reverseAxes(
  from: Words,
  into: Words,
  { axes, words }: { axes: readonly [number, number, number]; words: number },
): void {
  const [a, b, c] = axes;
  for (let middle = 0; middle < b; middle++) {
    for (let row = 0; row < a; row += tile) {
      for (let column = 0; column < c; column += tile) {
        const square = { row, column, middle, words };
        moveSquare(from, into, { axes, square });
      }
    }
  }
}

type Square = { row: number; column: number; middle: number; words: number };

function moveSquare(
  from: Words,
  into: Words,
  { axes: [a, b, c], square }: { axes: readonly [number, number, number]; square: Square },
): void {
  const { row, column, middle, words } = square;
  const [rowEnd, columnEnd] = [Math.min(a, row + tile), Math.min(c, column + tile)];
  for (let i = row; i < rowEnd; i++) {
    const start = (i * b + middle) * c;
    for (let k = column; k < columnEnd; k++) {
      const to = ((k * b + middle) * a + i) * words;
      for (let n = 0; n < words; n++) into[to + n] = from[(start + k) * words + n]!;
    }
  }
}
