import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readGolden, sharedPath } from "@graft-ml/core/testing";
import sharp from "sharp";
import { expect, test } from "vitest";
import { decodePicture } from "../picture/decode.js";
import { noisePicture } from "../testing.js";
import { hammingDistance } from "./near-hashes.js";
import { likeness, type PictureSketch, pictureSketch } from "./picture-sketch.js";

const golden = readGolden<{
  cases: { seed: number; width: number; height: number; hash: number[] }[];
}>(import.meta.url, "../golden/sketch.json");

test.each(golden.cases)(
  "the hash of noise $seed is that of Pillow and scipy",
  ({ seed, hash, ...size }) => {
    expect([...pictureSketch(noisePicture(seed, size)).hash]).toEqual(hash);
  },
);

test("thumbnails don't see brightness, and even surfaces are like each other alone", () => {
  const picture = noisePicture(5, { width: 64, height: 48 });
  const darker = { ...picture, data: picture.data.map((value) => value >> 1) };
  const even = { ...picture, data: picture.data.map(() => 200) };
  const [a, b, c] = [picture, darker, even].map((each) => pictureSketch(each).thumbnail);
  expect(likeness(a!, b!)).toBeGreaterThan(0.99);
  expect(likeness(c!, c!)).toBe(1);
  expect(likeness(a!, c!)).toBe(0);
});

const photos = sharedPath("data/images/cats-vs-dogs-subset");

/** As find-duplicates takes two pictures for copies. */
const alike = (a: PictureSketch, b: PictureSketch): boolean =>
  hammingDistance(a.hash, b.hash) <= 10 && likeness(a.thumbnail, b.thumbnail) >= 0.9;

const cut = (bytes: Uint8Array, size: { width: number; height: number }) => {
  const [left, top] = [Math.round(size.width / 40), Math.round(size.height / 40)];
  const [width, height] = [size.width - 2 * left, size.height - 2 * top];
  return sharp(bytes).extract({ left, top, width, height });
};

test.skipIf(photos === undefined)(
  "of 12 real photographs (needs ../shared) each copy is known, and no two are taken for copies",
  async () => {
    const files = await readdir(photos!, { recursive: true });
    const names = files.filter((name) => /\.jpe?g$/i.test(name)).sort();
    const every = Math.floor(names.length / 12);
    const sketches: PictureSketch[] = [];
    const known = { again: 0, half: 0, cut: 0 };
    for (const name of names.filter((_, i) => i % every === 0).slice(0, 12)) {
      const whole = await decodePicture(join(photos!, name));
      const { width, height, data } = whole;
      const png = await sharp(data, { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer();
      const own = pictureSketch(whole);
      sketches.push(own);
      const copies = {
        again: sharp(png).jpeg({ quality: 50 }),
        half: sharp(png).resize(Math.round(width / 2)),
        cut: cut(png, whole),
      };
      for (const key of ["again", "half", "cut"] as const) {
        const copy = await decodePicture(await copies[key].toBuffer());
        if (alike(own, pictureSketch(copy))) known[key] += 1;
      }
    }
    expect([known.again, known.half]).toEqual([12, 12]);
    expect(known.cut).toBeGreaterThan(9);
    const falsely = sketches.filter((a, i) => sketches.slice(0, i).some((b) => alike(a, b)));
    expect(falsely).toEqual([]);
  },
  60_000,
);
