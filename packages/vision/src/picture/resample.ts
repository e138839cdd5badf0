import { checkPicture, crop, type Picture, type Rectangle } from "./picture.js";
import {
  type Interpolation,
  nearestIndex,
  PRECISION_BITS,
  type Taps,
  taps,
} from "./resample-filter.js";

export type ResampleOptions = {
  /** Size of the whole result in pixels. */
  width: number;
  height: number;
  interpolation: Interpolation;
  /** Only this part of the result is computed and returned. Default: all of it. */
  window?: Rectangle;
};

/** Half of the last place, so that the shift rounds to nearest. */
const HALF = 1 << (PRECISION_BITS - 1);

/**
 * Resizes with antialiasing, to the same bytes as Pillow 9's `Image.resize`: a horizontal and a
 * vertical pass in fixed point, each rounded and clipped to 0..255, skipped when its size stays.
 * Four channels are resized independently; multiply by alpha first where the fourth is alpha.
 */
export function resample(picture: Picture, options: ResampleOptions): Picture {
  checkPicture(picture);
  const { width, height, interpolation } = options;
  const window = options.window ?? { left: 0, top: 0, width, height };
  if (width === picture.width && height === picture.height) return crop(picture, window);
  if (interpolation === "nearest") return nearest(picture, { width, height, window });
  const columns = axis(picture.width, width, window.left, window.width);
  const rows = axis(picture.height, height, window.top, window.height);
  const vertical = height === picture.height ? undefined : taps(interpolation, rows);
  const band = vertical ? usedRows(vertical) : { first: window.top, count: window.height };
  const strip =
    width === picture.width
      ? crop(picture, {
          left: window.left,
          top: band.first,
          width: window.width,
          height: band.count,
        })
      : horizontal(picture, taps(interpolation, columns), window.width, band);
  return vertical ? verticalPass(strip, vertical, band.first, window.height) : strip;
}

const axis = (size: number, outSize: number, first: number, length: number) => ({
  size,
  outSize,
  first,
  length,
});

type Band = { first: number; count: number };

/** The input rows that the vertical pass reads; the horizontal pass makes no others. */
function usedRows({ start, count }: Taps): Band {
  let first = Number.POSITIVE_INFINITY;
  let end = 0;
  for (let i = 0; i < start.length; i++) {
    first = Math.min(first, start[i]!);
    end = Math.max(end, start[i]! + count[i]!);
  }
  return { first, count: end - first };
}

function horizontal(picture: Picture, columns: Taps, width: number, band: Band): Picture {
  const { channels } = picture;
  const clipped = new Uint8ClampedArray(width * band.count * channels);
  const pass = channels === 3 ? horizontalRgb : horizontalAny;
  pass(picture, clipped, columns, width, band);
  return { width, height: band.count, channels, data: new Uint8Array(clipped.buffer) };
}

/** The common case: three sums in registers, two taps a turn. */
function horizontalRgb(
  picture: Picture,
  out: Uint8ClampedArray,
  columns: Taps,
  width: number,
  band: Band,
): void {
  const { imul } = Math;
  const input = picture.data;
  const { start, count, weights, stride } = columns;
  let to = 0;
  for (let y = 0; y < band.count; y++) {
    const row = (band.first + y) * picture.width;
    for (let x = 0; x < width; x++, to += 3) {
      let at = (row + start[x]!) * 3;
      let r = HALF;
      let g = HALF;
      let b = HALF;
      let k = x * stride;
      const end = k + count[x]!;
      for (; k + 1 < end; k += 2, at += 6) {
        const v = weights[k]!;
        const w = weights[k + 1]!;
        r = (r + imul(input[at]!, v) + imul(input[at + 3]!, w)) | 0;
        g = (g + imul(input[at + 1]!, v) + imul(input[at + 4]!, w)) | 0;
        b = (b + imul(input[at + 2]!, v) + imul(input[at + 5]!, w)) | 0;
      }
      if (k < end) {
        const w = weights[k]!;
        r = (r + imul(input[at]!, w)) | 0;
        g = (g + imul(input[at + 1]!, w)) | 0;
        b = (b + imul(input[at + 2]!, w)) | 0;
      }
      out[to] = r >> PRECISION_BITS;
      out[to + 1] = g >> PRECISION_BITS;
      out[to + 2] = b >> PRECISION_BITS;
    }
  }
}

function horizontalAny(
  picture: Picture,
  out: Uint8ClampedArray,
  columns: Taps,
  width: number,
  band: Band,
): void {
  const { data: input, channels } = picture;
  const { start, count, weights, stride } = columns;
  let to = 0;
  for (let y = 0; y < band.count; y++) {
    const row = (band.first + y) * picture.width;
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        let from = (row + start[x]!) * channels + c;
        let sum = HALF;
        const end = x * stride + count[x]!;
        for (let k = x * stride; k < end; k++, from += channels) {
          sum = (sum + Math.imul(input[from]!, weights[k]!)) | 0;
        }
        out[to++] = sum >> PRECISION_BITS;
      }
    }
  }
}

/** Whole rows are summed at a time, so that memory is read in order. */
function verticalPass(strip: Picture, rows: Taps, first: number, height: number): Picture {
  const { width, channels, data: input } = strip;
  const length = width * channels;
  const clipped = new Uint8ClampedArray(length * height);
  const sums = new Int32Array(length);
  for (let y = 0; y < height; y++) {
    sums.fill(HALF);
    const begin = (rows.start[y]! - first) * length;
    const weights = rows.weights.subarray(y * rows.stride, y * rows.stride + rows.count[y]!);
    let k = 0;
    for (; k + 3 < weights.length; k += 4) addFourRows(sums, input, begin + k * length, weights, k);
    for (; k < weights.length; k++) addRow(sums, input, begin + k * length, weights[k]!);
    const to = y * length;
    for (let i = 0; i < length; i++) clipped[to + i] = sums[i]! >> PRECISION_BITS;
  }
  return { width, height, channels, data: new Uint8Array(clipped.buffer) };
}

function addRow(sums: Int32Array, input: Uint8Array, from: number, weight: number): void {
  for (let i = 0; i < sums.length; i++) sums[i]! += Math.imul(input[from + i]!, weight);
}

/** Four rows in one go read and write the sums once: 2.5 times as fast as one by one. */
function addFourRows(
  sums: Int32Array,
  input: Uint8Array,
  from: number,
  weights: Int32Array,
  k: number,
): void {
  const { imul } = Math;
  const { length } = sums;
  const [a, b, c, d] = [weights[k]!, weights[k + 1]!, weights[k + 2]!, weights[k + 3]!];
  for (let i = 0, at = from; i < length; i++, at++) {
    sums[i]! +=
      imul(input[at]!, a) +
      imul(input[at + length]!, b) +
      imul(input[at + 2 * length]!, c) +
      imul(input[at + 3 * length]!, d);
  }
}

function nearest(
  picture: Picture,
  target: { width: number; height: number; window: Rectangle },
): Picture {
  const { channels, data: input } = picture;
  const { window } = target;
  const columns = nearestIndex({ size: picture.width, outSize: target.width });
  const rows = nearestIndex({ size: picture.height, outSize: target.height });
  const data = new Uint8Array(window.width * window.height * channels);
  let to = 0;
  for (let y = 0; y < window.height; y++) {
    const row = rows[window.top + y]! * picture.width;
    for (let x = 0; x < window.width; x++) {
      const from = (row + columns[window.left + x]!) * channels;
      for (let c = 0; c < channels; c++) data[to++] = input[from + c]!;
    }
  }
  return { width: window.width, height: window.height, channels, data };
}
