import type { Picture } from "../picture/picture.js";

/** A picture whose every byte went through a table; one table for all channels or one each. */
export function mapBytes(picture: Picture, tables: readonly Uint8Array[]): Picture {
  const { channels } = picture;
  const data = new Uint8Array(picture.data.length);
  for (let c = 0; c < channels; c++) {
    const table = tables[c % tables.length]!;
    for (let i = c; i < data.length; i += channels) data[i] = table[picture.data[i]!]!;
  }
  return { ...picture, data };
}

export const table = (value: (byte: number) => number): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, byte) => value(byte));

/** Luma of an RGB pixel in whole numbers (ITU-R 601-2), as Pillow's mode L. */
const luma = (data: Uint8Array, i: number): number =>
  (data[i]! * 19595 + data[i + 1]! * 38470 + data[i + 2]! * 7471 + 0x8000) >> 16;

/** from + factor * (to - from) in single precision, cut and clipped, as Pillow blends. */
export function blend(from: number, to: number, factor: number): number {
  const value = Math.fround(from + Math.fround(factor * (to - from)));
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.trunc(value);
}

/** 0 is black, 1 the picture; RGB in, RGB out, as the three below. */
export function adjustBrightness(picture: Picture, factor: number): Picture {
  const single = Math.fround(factor);
  return mapBytes(picture, [table((byte) => blend(0, byte, single))]);
}

/** 0 is the mean grey, 1 the picture. */
export function adjustContrast(picture: Picture, factor: number): Picture {
  const { data } = picture;
  let sum = 0;
  for (let i = 0; i < data.length; i += 3) sum += luma(data, i);
  const mean = Math.floor(sum / (data.length / 3) + 0.5);
  const single = Math.fround(factor);
  return mapBytes(picture, [table((byte) => blend(mean, byte, single))]);
}

/** 0 is the grey picture, 1 the picture. */
export function adjustSaturation(picture: Picture, factor: number): Picture {
  const { data: input } = picture;
  const single = Math.fround(factor);
  const data = new Uint8Array(input.length);
  for (let i = 0; i < data.length; i += 3) {
    const grey = luma(input, i);
    for (let c = i; c < i + 3; c++) data[c] = blend(grey, input[c]!, single);
  }
  return { ...picture, data };
}

/** Turns every hue by `turn` of the colour circle, in -0.5..0.5, in 8-bit HSV as Pillow has it. */
export function adjustHue(picture: Picture, turn: number): Picture {
  const { data: input } = picture;
  const shift = Math.trunc(turn * 255) & 255;
  const data = new Uint8Array(input.length);
  for (let i = 0; i < data.length; i += 3) turnPixel(input, data, i, shift);
  return { ...picture, data };
}

function turnPixel(input: Uint8Array, out: Uint8Array, i: number, shift: number): void {
  const value = Math.max(input[i]!, input[i + 1]!, input[i + 2]!);
  const range = value - Math.min(input[i]!, input[i + 1]!, input[i + 2]!);
  const saturation = range === 0 ? 0 : Math.trunc(Math.fround(range / value) * 255);
  if (saturation === 0) {
    out.fill(value, i, i + 3);
    return;
  }
  const hue = ((hueOf(input, i, value, range) + shift) & 255) * 6;
  const sector = Math.floor(hue / 255);
  const part = Math.fround(hue / 255 - sector);
  const share = Math.fround(saturation / 255);
  const p = Math.round(value * (1 - share));
  const q = Math.round(value * (1 - share * part));
  const t = Math.round(value * (1 - share * (1 - part)));
  const rgb = sectors(value, p, q, t)[sector % 6]!;
  out.set(rgb, i);
}

const sectors = (v: number, p: number, q: number, t: number) => [
  [v, t, p],
  [q, v, p],
  [p, v, t],
  [p, q, v],
  [t, p, v],
  [v, p, q],
];

/** Hue as a byte, in the single precision of Pillow. */
function hueOf(data: Uint8Array, i: number, value: number, range: number): number {
  const distance = (c: number) => Math.fround((value - data[i + c]!) / range);
  const [r, g, b] = [distance(0), distance(1), distance(2)] as const;
  let hue: number;
  if (r === 0) hue = Math.fround(b - g);
  else if (g === 0) hue = Math.fround(2 + r - b);
  else hue = Math.fround(4 + g - r);
  return Math.trunc(Math.fround((hue / 6 + 1) % 1) * 255);
}
