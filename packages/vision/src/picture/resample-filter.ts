/** The filters of Pillow's `Image.Resampling`. */
export type Interpolation = "nearest" | "box" | "bilinear" | "hamming" | "bicubic" | "lanczos";

/** The first in, last out, and weights of every output pixel along one axis. */
export type Taps = {
  /** Output pixel i reads inputs from `start[i]`, `count[i]` of them. */
  readonly start: Int32Array;
  readonly count: Int32Array;
  /** Row i of `stride` fixed-point weights belongs to output pixel i. */
  readonly weights: Int32Array;
  readonly stride: number;
};

/** Weights are whole multiples of 2^-22: 32 bits less 8 of a pixel and 2 of head room for overshoot. */
export const PRECISION_BITS = 32 - 8 - 2;

type Filter = { readonly support: number; readonly at: (x: number) => number };

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));

/** Single precision, as in Pillow. */
const HAMMING_A = Math.fround(0.54);
const HAMMING_B = Math.fround(0.46);

function hamming(x: number): number {
  const t = Math.abs(x);
  return t >= 1 ? 0 : sinc(t) * (HAMMING_A + HAMMING_B * Math.cos(t * Math.PI));
}

/** Keys' cubic convolution with a = -0.5 (IEEE ASSP 29(6), 1981). */
function bicubic(x: number): number {
  const a = -0.5;
  const t = Math.abs(x);
  if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0;
}

const filters: Readonly<Record<Exclude<Interpolation, "nearest">, Filter>> = {
  box: { support: 0.5, at: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: { support: 1, at: hamming },
  bicubic: { support: 2, at: bicubic },
  lanczos: { support: 3, at: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/**
 * Weights of one axis from `size` to `outSize` pixels, for the outputs [first, first + length).
 * Downscaling widens the filter by the scale (that is the antialiasing); weights sum to 1 before
 * they are rounded half away from zero to fixed point.
 */
export function taps(
  interpolation: Exclude<Interpolation, "nearest">,
  axis: { size: number; outSize: number; first: number; length: number },
): Taps {
  const { size, outSize, first, length } = axis;
  const filter = filters[interpolation];
  const scale = size / outSize;
  const widening = Math.max(scale, 1);
  const support = filter.support * widening;
  const stride = Math.ceil(support) * 2 + 1;
  const start = new Int32Array(length);
  const count = new Int32Array(length);
  const weights = new Int32Array(length * stride);
  const exact = new Float64Array(stride);
  const shrink = 1 / widening;
  for (let i = 0; i < length; i++) {
    const center = (first + i + 0.5) * scale;
    const from = Math.max(0, Math.trunc(center - support + 0.5));
    const n = Math.min(size, Math.trunc(center + support + 0.5)) - from;
    let sum = 0;
    for (let k = 0; k < n; k++) sum += exact[k] = filter.at((k + from - center + 0.5) * shrink);
    start[i] = from;
    count[i] = n;
    for (let k = 0; k < n; k++) weights[i * stride + k] = fixedPoint(exact[k]!, sum);
  }
  return { start, count, weights, stride };
}

function fixedPoint(weight: number, sum: number): number {
  const scaled = (sum === 0 ? weight : weight / sum) * 2 ** PRECISION_BITS;
  return Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

/** Input index of each output pixel by nearest neighbour; the position is accumulated, as Pillow does. */
export function nearestIndex(axis: { size: number; outSize: number }): Int32Array {
  const scale = axis.size / axis.outSize;
  const index = new Int32Array(axis.outSize);
  let position = scale * 0.5;
  for (let i = 0; i < axis.outSize; i++) {
    index[i] = Math.min(axis.size - 1, Math.trunc(position));
    position += scale;
  }
  return index;
}
