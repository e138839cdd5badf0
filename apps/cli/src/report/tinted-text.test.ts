import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import type { Explanation } from "../task/explanation.js";
import { hostile } from "./testing.js";
import { tintedText } from "./tinted-text.js";

const words = (...all: readonly (readonly [string, number, number])[]) =>
  all.map(([text, start, score]) => ({ text, start, end: start + text.length, score }));
const tinted = (change: Partial<Explanation>) => {
  const { markup } = tintedText({
    target: "a",
    score: 1,
    baselineScore: 0,
    gap: 0,
    steps: 32,
    words: [],
    pairWords: [],
    ...change,
  });
  const { document } = parseHTML(`<html><body>${markup}</body></html>`);
  return {
    text: document.body.textContent,
    marks: [...document.querySelectorAll("mark")].map((mark) => [
      mark.textContent,
      mark.className,
      mark.getAttribute("style"),
      mark.getAttribute("title"),
    ]),
  };
};

test("the strongest word has the deepest tint, faint ones have none, spaces are the text's", () => {
  const { text, marks } = tinted({
    words: words(["A", 0, 0.001], ["dull", 3, -0.2], ["film", 8, 0.1], ["!", 12, 0.05]),
  });
  expect(text).toBe("A dull film!");
  expect(marks).toEqual([
    ["dull", "against", "--share:1.00", "−0.2"],
    ["film", "for", "--share:0.50", "+0.1"],
    ["!", "for", "--share:0.25", "+0.05"],
  ]);
});

test("a pair's texts share one measure; what was not read is left out and said", () => {
  const { text, marks } = tinted({
    words: words(["one", 0, 0.1], ["two", 4, 0], ["three", 8, 0]),
    pairWords: words(["four", 0, 0.4]),
  });
  expect(text).toBe("one … not read further | four");
  expect(marks.map(([, , style]) => style)).toEqual(["--share:0.25", "--share:1.00"]);
});

test("a word that means harm is text", () => {
  const { text, marks } = tinted({ words: words([hostile, 0, 1]) });
  expect(text).toBe(hostile);
  expect(marks).toHaveLength(1);
});
