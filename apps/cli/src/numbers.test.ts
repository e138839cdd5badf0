import { expect, test } from "vitest";
import { positiveNumber, shareOf, viewCount, wholeNumber } from "./numbers.js";

test("whole numbers from a least one", () => {
  expect(wholeNumber(0)("0")).toBe(0);
  expect(wholeNumber(1)("12")).toBe(12);
  for (const wrong of ["", " ", "0", "1.5", "-3", "ten", "1e99"]) {
    expect(() => wholeNumber(1)(wrong)).toThrow("It must be a whole number from 1.");
  }
});

test("numbers above zero", () => {
  expect(positiveNumber("1e-3")).toBe(0.001);
  for (const wrong of ["", "0", "-1", "NaN", "Infinity", "x"]) {
    expect(() => positiveNumber(wrong)).toThrow("It must be a number above 0.");
  }
});

test("shares up to a largest one, and counts of views", () => {
  expect([shareOf(0.9)("0"), shareOf(0.9)("0.9")]).toEqual([0, 0.9]);
  for (const wrong of ["", "-0.1", "0.95", "NaN"]) {
    expect(() => shareOf(0.9)(wrong)).toThrow("It must be a number from 0 to 0.9.");
  }
  expect([viewCount("fresh"), viewCount("8")]).toEqual(["fresh", 8]);
  expect(() => viewCount("0")).toThrow("whole number");
});
