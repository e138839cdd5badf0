import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import golden from "../golden/augment.json" with { type: "json" };
import { flip, rotate } from "../picture/geometry.js";
import type { Picture } from "../picture/picture.js";
import { noisePicture } from "../testing.js";
import { adjustBrightness, adjustContrast, adjustHue, adjustSaturation } from "./color.js";
import { randAugmentOperations } from "./rand-augment.js";
import { adjustSharpness, autoContrast, equalize, posterize, solarize } from "./tone.js";

const hash = (picture: Picture): string =>
  createHash("sha256").update(picture.data).digest("hex").slice(0, 16);

const [width, height] = golden.size as [number, number];
const noise = noisePicture(5, { width, height });
const pictures: Record<string, Picture> = {
  noise,
  soft: { ...noise, data: noise.data.map((byte) => Math.floor(byte / 3) + 60) },
};

const byTable = (name: string) => randAugmentOperations[name]!.apply;

const operations: Record<string, (picture: Picture, value: number) => Picture> = {
  brightness: adjustBrightness,
  contrast: adjustContrast,
  saturation: adjustSaturation,
  sharpness: adjustSharpness,
  hue: adjustHue,
  rotate,
  shearX: byTable("shearX"),
  shearY: byTable("shearY"),
  translateX: byTable("translateX"),
  translateY: byTable("translateY"),
  posterize,
  solarize,
  autoContrast,
  equalize,
  flip,
};

test.each(Object.keys(operations))("%s gives torchvision's bytes", (name) => {
  const cases = golden.cases.filter((entry) => entry.name === name);
  const wrong = cases.filter(
    ({ picture, value, sha256 }) => hash(operations[name]!(pictures[picture]!, value)) !== sha256,
  );
  expect(cases.length).toBeGreaterThan(1);
  expect(wrong).toEqual([]);
});

test("a picture of one colour survives what stretches and spreads", () => {
  const grey: Picture = { width: 4, height: 4, channels: 3, data: new Uint8Array(48).fill(90) };
  for (const apply of [autoContrast, equalize]) expect(apply(grey).data).toEqual(grey.data);
});
