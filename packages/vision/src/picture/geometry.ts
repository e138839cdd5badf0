import type { Picture } from "./picture.js";

/** Mirrored left to right. */
export function flip(picture: Picture): Picture {
  const { width, height, channels, data: input } = picture;
  const data = new Uint8Array(input.length);
  const row = width * channels;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = y * row + (width - 1 - x) * channels;
      for (let c = 0; c < channels; c++) data[y * row + x * channels + c] = input[from + c]!;
    }
  }
  return { ...picture, data };
}

/** Output (x, y) reads input (a x + b y + c, d x + e y + f). */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

const fixed = (value: number): number => Math.floor(value * 65536 + 0.5);

/** Nearest neighbour through an affine map in 16.16 fixed point, black outside, as Pillow's transform. */
export function affine(picture: Picture, [a, b, c, d, e, f]: Affine): Picture {
  const { width, height, channels, data: input } = picture;
  const data = new Uint8Array(input.length);
  const [stepX, stepY] = [fixed(a), fixed(d)];
  for (let y = 0; y < height; y++) {
    let atX = fixed(c + a * 0.5 + b * 0.5) + y * fixed(b);
    let atY = fixed(f + d * 0.5 + e * 0.5) + y * fixed(e);
    for (let x = 0; x < width; x++, atX += stepX, atY += stepY) {
      const fromX = atX >> 16;
      const fromY = atY >> 16;
      if (fromX < 0 || fromX >= width || fromY < 0 || fromY >= height) continue;
      const from = (fromY * width + fromX) * channels;
      const to = (y * width + x) * channels;
      for (let k = 0; k < channels; k++) data[to + k] = input[from + k]!;
    }
  }
  return { ...picture, data };
}

/** Turned counterclockwise about the centre by `degrees`, its size kept. */
export function rotate(picture: Picture, degrees: number): Picture {
  const angle = (-degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [x, y] = [picture.width / 2, picture.height / 2];
  return affine(picture, [cos, sin, x - cos * x - sin * y, -sin, cos, y + sin * x - cos * y]);
}
