import type { Picture } from "../picture/picture.js";
import { resample } from "../picture/resample.js";

/** What a picture looks like from afar, to tell copies by. */
export type PictureSketch = {
  /** 64 bits: which of the lowest 8 x 8 frequencies are above their median (a perceptual hash). */
  readonly hash: Uint16Array;
  /** 16 x 16 x 3 numbers of mean 0 and length 1 (0 for an even surface). */
  readonly thumbnail: Float32Array;
};

/** Side of the picture whose frequencies are taken, how many of them each way, and of the thumbnail. */
const [SIDE, FREQUENCIES, THUMBNAIL] = [32, 8, 16];

/** The sketch of an RGB picture of any size; the same bytes give the same sketch on every machine. */
export function pictureSketch(picture: Picture): PictureSketch {
  const shrink = (side: number) =>
    resample(picture, { width: side, height: side, interpolation: "box" }).data;
  return { hash: hashOf(greyOf(shrink(SIDE))), thumbnail: directionOf(shrink(THUMBNAIL)) };
}

/** How like two thumbnails are: their correlation, 1 for the same up to brightness and contrast. */
export function likeness(a: Float32Array, b: Float32Array): number {
  let [sum, lengths] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    sum += a[i]! * b[i]!;
    lengths += a[i]! ** 2 + b[i]! ** 2;
  }
  // Two even surfaces have no shape to differ in.
  return lengths === 0 ? 1 : sum;
}

const greyOf = (pixels: Uint8Array): Float64Array =>
  Float64Array.from(
    { length: pixels.length / 3 },
    (_, i) => 0.299 * pixels[3 * i]! + 0.587 * pixels[3 * i + 1]! + 0.114 * pixels[3 * i + 2]!,
  );

/** Waves of the discrete cosine transform (type 2), lowest first: (FREQUENCIES, SIDE). */
const waves = Float64Array.from({ length: FREQUENCIES * SIDE }, (_, at) => {
  const [frequency, place] = [Math.floor(at / SIDE), at % SIDE];
  return (
    (frequency === 0 ? Math.SQRT1_2 : 1) * Math.cos((Math.PI * frequency * (place + 0.5)) / SIDE)
  );
});

function hashOf(grey: Float64Array): Uint16Array {
  const strength = Float64Array.from({ length: FREQUENCIES * FREQUENCIES }, (_, at) => {
    const [down, across] = [Math.floor(at / FREQUENCIES), at % FREQUENCIES];
    let sum = 0;
    for (let pixel = 0; pixel < grey.length; pixel++) {
      const [y, x] = [Math.floor(pixel / SIDE), pixel % SIDE];
      sum += grey[pixel]! * waves[down * SIDE + y]! * waves[across * SIDE + x]!;
    }
    return sum;
  });
  // The first is the mean brightness, far above all others: it tells nothing.
  const sorted = strength.slice(1).sort();
  const median = sorted[sorted.length >> 1]!;
  const hash = new Uint16Array(4);
  strength.forEach((value, at) => {
    if (at > 0 && value > median) hash[at >> 4]! |= 1 << (at & 15);
  });
  return hash;
}

function directionOf(pixels: Uint8Array): Float32Array {
  const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
  const centred = Float64Array.from(pixels, (value) => value - mean);
  const length = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0));
  return Float32Array.from(centred, (value) => (length === 0 ? 0 : value / length));
}
