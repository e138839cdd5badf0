import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import type { Picture } from "../picture/picture.js";
import { type Preprocess, pictureBatch, preprocess } from "../picture/preprocess.js";
import { preprocessStyle } from "../picture/preprocess-config.js";
import type { Interpolation } from "../picture/resample-filter.js";
import { noisePicture } from "../testing.js";
import { resizeAndCrop } from "./resize-and-crop.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

/** How many of the values differ from the host's, and by how much at most. */
function difference(picture: Picture, options: Preprocess): { share: number; most: number } {
  const { shape, data } = pictureBatch([picture]);
  const actual = tf.tidy(() =>
    resizeAndCrop(
      tf.tensor<tf.Rank.R4>(data, shape as [number, number, number, number], "int32"),
      options,
    ).dataSync(),
  );
  const expected = preprocess(picture, options).data;
  expect(actual.length).toBe(expected.length);
  const gaps = Array.from(expected, (value, i) => Math.abs(value - actual[i]!));
  return {
    share: gaps.filter((gap) => gap > 0).length / gaps.length,
    most: gaps.reduce((a, b) => Math.max(a, b), 0),
  };
}

const shortSide = (pixels: number): Preprocess["resize"] => ({ kind: "short-side", pixels });
const options = (interpolation: Interpolation, more: Partial<Preprocess> = {}): Preprocess => ({
  ...preprocessStyle("torch", { size: [16, 16], resize: shortSide(18), interpolation }),
  ...more,
});

const sizes = [
  { width: 61, height: 47 },
  { width: 33, height: 90 },
  { width: 11, height: 13 },
  { width: 18, height: 18 },
];

test("bilinear: the pixels of the host", () => {
  for (const [seed, size] of [
    ...sizes,
    { width: 96, height: 72 },
    { width: 43, height: 27 },
  ].entries()) {
    expect(difference(noisePicture(seed, size), options("bilinear")).share).toBe(0);
  }
});

for (const interpolation of ["hamming", "bicubic", "lanczos"] as const) {
  test(`${interpolation}: the pixels of the host but for rare ties`, () => {
    for (const [seed, size] of sizes.entries()) {
      const { share, most } = difference(noisePicture(seed, size), options(interpolation));
      expect(most).toBeLessThanOrEqual(1);
      expect(share).toBeLessThan(0.004);
    }
  });
}

for (const interpolation of ["nearest", "box"] as const) {
  test(`${interpolation}: the host's pixels, where nothing falls between two of them`, () => {
    const exact = options(interpolation, { resize: { kind: "exact", height: 17, width: 19 } });
    for (const [seed, size] of sizes.entries()) {
      const { share, most } = difference(noisePicture(seed, size), exact);
      expect(most).toBeLessThanOrEqual(1);
      expect(share).toBeLessThan(0.004);
    }
  });
}

test("a cut larger than the picture is filled up with black, half a pixel goes as on the host", () => {
  for (const cropRounding of ["down", "half-even"] as const) {
    for (const pixels of [9, 10, 12, 19, 21, 23]) {
      const more = { resize: shortSide(pixels), cropRounding };
      for (const [seed, size] of sizes.entries()) {
        const found = difference(noisePicture(seed, size), options("bilinear", more));
        expect(found.share).toBe(0);
      }
    }
  }
});

test("long sides keep their digits", () => {
  const { share } = difference(noisePicture(1, { width: 4001, height: 2 }), {
    ...options("bilinear", { size: [2, 41] }),
    resize: { kind: "exact", height: 2, width: 41 },
  });
  expect(share).toBe(0);
});

test("leaks nothing", () => {
  const pixels: tf.Tensor4D = tf.zeros([2, 5, 7, 3]);
  const before = tf.memory().numTensors;
  tf.dispose(resizeAndCrop(pixels, options("bicubic")));
  expect(tf.memory().numTensors).toBe(before);
});
