import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import golden from "../golden/resample.json" with { type: "json" };
import { noisePicture } from "../testing.js";
import { crop, type Picture } from "./picture.js";
import { resample } from "./resample.js";
import type { Interpolation } from "./resample-filter.js";

const hash = (picture: Picture): string =>
  createHash("sha256").update(picture.data).digest("hex").slice(0, 16);

const interpolations = Object.keys(golden.cases[0]!.sha256) as Interpolation[];

test.each(interpolations)("%s gives Pillow's bytes at 200 random sizes", (interpolation) => {
  const wrong = golden.cases.flatMap(({ size, to, channels, sha256 }, seed) => {
    const [width, height] = size as [number, number];
    const source = noisePicture(seed, { width, height, channels: channels as 1 | 3 | 4 });
    const [outWidth, outHeight] = to as [number, number];
    const result = resample(source, { width: outWidth, height: outHeight, interpolation });
    const same = hash(result) === sha256[interpolation as keyof typeof sha256];
    return same ? [] : [`${seed}: ${size} -> ${to}, ${channels} channels`];
  });
  expect(golden.cases).toHaveLength(200);
  expect(wrong).toEqual([]);
});

test.each(interpolations)("%s computes a window to the bytes of the whole", (interpolation) => {
  const source = noisePicture(3, { width: 71, height: 53 });
  for (const [width, height] of [
    [30, 40],
    [71, 90],
    [120, 53],
    [71, 53],
  ] as const) {
    const window = { left: 5, top: 7, width: 20, height: 29 };
    const whole = resample(source, { width, height, interpolation });
    const part = resample(source, { width, height, interpolation, window });
    expect(hash(part)).toBe(hash(crop(whole, window)));
  }
});

test.each(interpolations)(
  "%s keeps a picture of one colour as it is, at any size",
  (interpolation) => {
    for (let seed = 0; seed < 60; seed++) {
      const [width = 1, height = 1, outWidth = 1, outHeight = 1, byte = 0] = noisePicture(seed, {
        width: 5,
        height: 1,
        channels: 1,
      }).data.map((value) => value || 1);
      const data = new Uint8Array(width * height).fill(byte);
      const picture: Picture = { width, height, channels: 1, data };
      const result = resample(picture, { width: outWidth, height: outHeight, interpolation });
      expect(result.data.every((value) => value === byte)).toBe(true);
    }
  },
);

test("a picture whose bytes do not fill its size is refused", () => {
  const data = new Uint8Array(10);
  expect(() =>
    resample(
      { width: 4, height: 4, channels: 3, data },
      { width: 2, height: 2, interpolation: "box" },
    ),
  ).toThrow(/needs 48 bytes, but has 10/);
});
