import type { Picture } from "../picture/picture.js";
import { blend, mapBytes, table } from "./color.js";

/** Keeps the upper `bits` of every byte. */
export const posterize = (picture: Picture, bits: number): Picture =>
  mapBytes(picture, [table((byte) => byte & ~(2 ** (8 - bits) - 1))]);

/** Inverts the bytes from `threshold` on. */
export const solarize = (picture: Picture, threshold: number): Picture =>
  mapBytes(picture, [table((byte) => (byte < threshold ? byte : 255 - byte))]);

/** Stretches each channel to 0..255. */
export const autoContrast = (picture: Picture): Picture =>
  mapBytes(picture, histograms(picture).map(stretch));

/** Spreads each channel's histogram evenly. */
export const equalize = (picture: Picture): Picture =>
  mapBytes(picture, histograms(picture).map(even));

function histograms(picture: Picture): readonly Uint32Array[] {
  const { channels, data } = picture;
  const counts = Array.from({ length: channels }, () => new Uint32Array(256));
  for (let i = 0; i < data.length; i++) counts[i % channels]![data[i]!]! += 1;
  return counts;
}

const identity = table((byte) => byte);

function stretch(counts: Uint32Array): Uint8Array {
  const low = counts.findIndex((count) => count > 0);
  const high = counts.findLastIndex((count) => count > 0);
  if (high <= low) return identity;
  const scale = 255 / (high - low);
  return table((byte) => Math.min(255, Math.max(0, Math.trunc(byte * scale - low * scale))));
}

function even(counts: Uint32Array): Uint8Array {
  const used = counts.filter((count) => count > 0);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const step = Math.floor((total - (used.at(-1) ?? 0)) / 255);
  if (used.length <= 1 || step === 0) return identity;
  let below = Math.floor(step / 2);
  return table((byte) => {
    const value = Math.min(255, Math.floor(below / step));
    below += counts[byte]!;
    return value;
  });
}

/** 0 is smoothed by (1 1 1, 1 5 1, 1 1 1) / 13, 1 the picture, 2 sharpened; the border stays. */
export function adjustSharpness(picture: Picture, factor: number): Picture {
  const { width, height, channels, data: input } = picture;
  const single = Math.fround(factor);
  const data = input.slice();
  const row = width * channels;
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * row + channels; i < (y + 1) * row - channels; i++) {
      const sum =
        across(input, i - row, channels) +
        across(input, i, channels) +
        across(input, i + row, channels);
      const smooth = Math.floor((sum + 4 * input[i]!) / 13 + 0.5);
      data[i] = blend(smooth, input[i]!, single);
    }
  }
  return { ...picture, data };
}

const across = (data: Uint8Array, i: number, step: number): number =>
  data[i - step]! + data[i]! + data[i + step]!;
