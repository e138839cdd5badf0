import { expect, test } from "vitest";
import { readGolden } from "../../testing/golden.js";
import { SOBOL_DIMENSIONS, scramble, scrambledSobol, sobolBits } from "./sobol.js";

const golden = readGolden<{
  dimensions: number[];
  points: { number: number; values: number[] }[];
  means: number[];
}>(import.meta.url, "golden/sobol.json");

test("points without scrambling are scipy's", () => {
  for (const { number, values } of golden.points) {
    expect(golden.dimensions.map((at) => sobolBits(number, at) / 2 ** 32)).toEqual(values);
  }
});

test("all 128 dimensions have scipy's mean over 512 points", () => {
  expect(golden.means).toHaveLength(SOBOL_DIMENSIONS);
  for (const [dimension, mean] of golden.means.entries()) {
    let sum = 0;
    for (let number = 0; number < 512; number++) sum += sobolBits(number, dimension) / 2 ** 32;
    expect(sum / 512).toBeCloseTo(mean, 11);
  }
});

test("scrambled points are a net: each elementary box of 2 dimensions holds one of 64", () => {
  for (const seed of [0, 1, 99]) {
    for (let power = 0; power <= 6; power++) {
      const boxes = new Set<string>();
      for (let number = 0; number < 64; number++) {
        const x = Math.floor(scrambledSobol(number, 0, seed) * 2 ** power);
        const y = Math.floor(scrambledSobol(number, 1, seed) * 2 ** (6 - power));
        boxes.add(`${x} ${y}`);
      }
      expect(boxes.size).toBe(64);
    }
  }
});

test("each dimension of scrambled points has one in each of 256 parts", () => {
  for (const dimension of [0, 5, 40, 127]) {
    const parts = new Set<number>();
    for (let number = 0; number < 256; number++) {
      parts.add(Math.floor(scrambledSobol(number, dimension, 4) * 256));
    }
    expect(parts.size).toBe(256);
  }
});

test("seeds scramble differently, and evenly", () => {
  const first = Array.from({ length: 4000 }, (_, seed) => scrambledSobol(0, 3, seed));
  expect(new Set(first).size).toBeGreaterThan(3990);
  expect(first.reduce((sum, x) => sum + x, 0) / 4000).toBeCloseTo(0.5, 1);
});

test("scrambling keeps what two points share from the first bit on, and no more", () => {
  const [a, b] = [0b1011_0000 << 24, 0b1011_1000 << 24].map((bits) => scramble(bits >>> 0, 7));
  expect(a! >>> 28).toBe(b! >>> 28);
  expect((a! >>> 27) & 1).not.toBe((b! >>> 27) & 1);
});
