import { expect, test } from "vitest";
import { bar } from "./bar.js";

test("a bar is as long as its share, to an eighth of a character, and never longer than it may be", () => {
  expect(bar(0, 10)).toBe("");
  expect(bar(0.5, 10)).toBe("█████");
  expect(bar(0.26, 10)).toBe("██▋");
  expect(bar(1, 10)).toBe("██████████");
  expect(bar(1.2, 2)).toBe("██");
  expect(bar(Number.NaN, 10)).toBe("");
});
