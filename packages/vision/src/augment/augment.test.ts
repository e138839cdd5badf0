import { expect, test } from "vitest";
import { flip } from "../picture/geometry.js";
import { preprocess } from "../picture/preprocess.js";
import { preprocessStyle } from "../picture/preprocess-config.js";
import { noisePicture } from "../testing.js";
import { type Augmentation, augment, randomPart } from "./augment.js";
import { createDraws } from "./draws.js";
import { randAugmentOperations } from "./rand-augment.js";

const picture = noisePicture(9, { width: 50, height: 40 });
const options = preprocessStyle("torch", { size: [24, 20], interpolation: "bilinear" });

const every: readonly Augmentation[] = [
  { kind: "random-resized-crop" },
  { kind: "random-shift", padding: 3 },
  { kind: "flip" },
  { kind: "color-jitter", brightness: 0.3, contrast: 0.3, saturation: 0.3, hue: 0.1 },
  { kind: "rand-augment" },
];

const at = (steps: readonly Augmentation[], index: number, epoch = 1, seed = 0) =>
  augment(picture, { steps, preprocess: options, seed, epoch, index });

test("the same seed, epoch and index give the same bytes, in any order; another one differs", () => {
  const forward = [0, 1, 2, 3].map((index) => at(every, index).data);
  const backward = [3, 2, 1, 0].map((index) => at(every, index).data).reverse();
  expect(backward).toEqual(forward);
  expect(new Set(forward.map(String)).size).toBe(4);
  expect(at(every, 0, 2).data).not.toEqual(forward[0]);
  expect(at(every, 0, 1, 1).data).not.toEqual(forward[0]);
});

test.each(every.map((step) => [step.kind, step] as const))(
  "%s keeps the network's size and leaves its input alone",
  (_, step) => {
    const before = picture.data.slice();
    const result = at([step], 5);
    expect([result.width, result.height, result.data.length]).toEqual([20, 24, 20 * 24 * 3]);
    expect(picture.data).toEqual(before);
  },
);

test("no steps is plain preprocessing, and flip is on or off", () => {
  const plain = preprocess(picture, options);
  expect(at([], 0)).toEqual(plain);
  expect(at([{ kind: "flip", probability: 1 }], 0)).toEqual(flip(plain));
  expect(at([{ kind: "flip", probability: 0 }], 0)).toEqual(plain);
  const flipped = Array.from({ length: 200 }, (_, index) => at([{ kind: "flip" }], index)).filter(
    (result) => result.data[0] !== plain.data[0] || result.data[1] !== plain.data[1],
  );
  expect(flipped.length).toBeGreaterThan(70);
  expect(flipped.length).toBeLessThan(130);
});

test("random parts stay inside, within the asked areas and shapes", () => {
  for (let index = 0; index < 300; index++) {
    const draws = createDraws({ seed: 1, epoch: 1, index });
    const part = randomPart({ width: 90, height: 60 }, { scale: [0.3, 0.8] }, draws);
    expect(part.left).toBeGreaterThanOrEqual(0);
    expect(part.top).toBeGreaterThanOrEqual(0);
    expect(part.left + part.width).toBeLessThanOrEqual(90);
    expect(part.top + part.height).toBeLessThanOrEqual(60);
    const share = (part.width * part.height) / 5400;
    expect(share).toBeGreaterThan(0.28);
    expect(share).toBeLessThan(0.83);
    expect(part.width / part.height).toBeLessThan(1.4);
  }
});

test("a shape that never fits falls back to the largest centre part", () => {
  const draws = createDraws({ seed: 1, epoch: 1, index: 0 });
  const part = randomPart({ width: 400, height: 4 }, { scale: [1, 1] }, draws);
  expect(part).toEqual({ left: 197, top: 0, width: 5, height: 4 });
});

test("rand-augment holds the fourteen operations, each of them harmless at level 0", () => {
  const names = Object.keys(randAugmentOperations);
  expect(names).toHaveLength(14);
  for (const name of names.filter((n) => n !== "autoContrast" && n !== "equalize")) {
    const { magnitude, apply } = randAugmentOperations[name]!;
    const same = apply(picture, magnitude(0, picture));
    const changed = same.data.filter((byte, i) => byte !== picture.data[i]).length;
    // solarize at threshold 255 inverts the bytes that are 255.
    expect(changed / same.data.length, name).toBeLessThan(0.01);
  }
});
