import { expect, test } from "vitest";
import { halfToNumber, numberToHalf } from "./half.js";

test("every binary16 comes back from its number", () => {
  for (let bits = 0; bits < 2 ** 16; bits++) {
    const value = halfToNumber(bits);
    if (Number.isNaN(value)) expect(halfToNumber(numberToHalf(value))).toBeNaN();
    else if (numberToHalf(value) !== bits) throw new Error(`${bits} came back as another`);
  }
});

test("between two, the nearest is taken, and the even one of two equally near", () => {
  expect(numberToHalf(1 + 1 / 2048)).toBe(0x3c00);
  expect(numberToHalf(1 + 3 / 2048)).toBe(0x3c02);
  expect(numberToHalf(1 + 1.01 / 2048)).toBe(0x3c01);
  expect(numberToHalf(-1e-9)).toBe(0x8000);
  expect(numberToHalf(2 ** -25)).toBe(0);
  expect(numberToHalf(3 * 2 ** -26)).toBe(1);
  expect(numberToHalf(65519)).toBe(0x7bff);
  expect(numberToHalf(65520)).toBe(0x7c00);
});
