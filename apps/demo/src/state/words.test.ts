import { expect, it } from "vitest";
import { counted, outOf, percent, roughly, rounded, timeLeft } from "./words.js";

it("counts", () => {
  expect(counted(1, "picture")).toBe("1 picture");
  expect(counted(0, "text")).toBe("0 texts");
  expect(counted(2, "class")).toBe("2 classes");
  expect(counted(1200, "picture")).toBe("1,200 pictures");
});

it("tells shares", () => {
  expect(percent(0.944)).toBe("94%");
  expect(outOf(0.94, 50)).toBe(47);
});

it.each([
  [2, "a few seconds"],
  [38, "about 40 seconds"],
  [70, "about a minute"],
  [170, "about 3 minutes"],
  [3600, "about 1 hour"],
  [7300, "about 2 hours"],
])("tells %d seconds", (seconds, words) => {
  expect(roughly(seconds)).toBe(words);
});

it("tells the time left, and that it may be more", () => {
  expect(timeLeft({ seconds: 38, atLeast: false })).toBe("about 40 seconds left");
  expect(timeLeft({ seconds: 38, atLeast: true })).toBe("about 40 seconds or more left");
});

it("rounds large numbers", () => {
  expect(rounded(2_340_000)).toBe("2.3 million");
  expect(rounded(340_400)).toBe("340,000");
  expect(rounded(512)).toBe("512");
});
