import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import type { Mistake } from "../report-data.js";
import { quotes } from "./quotes.js";

const mistake = (name: string, change: Partial<NonNullable<Mistake["explanation"]>>): Mistake => ({
  name,
  text: "a dull film",
  truth: "liked",
  predicted: "disliked",
  score: 0.9,
  truthScore: 0.1,
  about: "disliked",
  explanation: {
    target: "disliked",
    score: 0.9,
    baselineScore: 0.5,
    gap: 0,
    steps: 32,
    words: [
      { text: "a", start: 0, end: 1, score: 0.05 },
      { text: "dull", start: 2, end: 6, score: 0.35 },
    ],
    pairWords: [],
    ...change,
  },
});
const shown = (...given: Parameters<typeof quotes>) => {
  const { document } = parseHTML(`<html><body>${quotes(...given).markup}</body></html>`);
  const words = (selector: string) =>
    [...document.querySelectorAll(selector)].map(({ textContent }) => textContent.trim());
  return { method: words(".method p")[0], legend: words(".legend li"), small: words("small") };
};

test("the method is named with its error, and each text tells what its words had to share", () => {
  const { method, legend, small } = shown(
    [
      mistake("one", { gap: 0.0003 }),
      mistake("two", { gap: -0.2 }),
      mistake("three", { gap: 0.012, baselineScore: 0.84 }),
    ],
    "text",
  );
  expect(legend).toEqual(["word for the class that was said", "word against it"]);
  expect(method).toContain("integrated gradients (Sundararajan, Taly and Yan 2017)");
  expect(method).toContain("by 1.2 % in the median of these texts, by 20.0 % at most.");
  expect(small).toEqual([
    "one · disliked 90.0 %, without its words 50.0 %, sum off by less than 0.1 %",
    "two · disliked 90.0 %, without its words 50.0 %, sum off by 20.0 %: trust these shares less",
    "three · disliked 90.0 %, without its words 84.0 %, sum off by 1.2 %: its words have little to share",
  ]);
});

test("numbers are told in their own unit; what was not asked is plain", () => {
  const number = { target: "stars", score: 4.25, baselineScore: 2.5, gap: 0.03 };
  const { legend, small } = shown([mistake("one", number)], "text-numbers");
  expect(legend).toEqual(["word raises the number", "word lowers it"]);
  expect(small).toEqual(["one · stars 4.25, without its words 2.5, sum off by 0.03"]);
  const { explanation: _, ...plain } = mistake("one", {});
  expect(shown([plain], "text")).toEqual({ method: undefined, legend: [], small: ["one"] });
  expect(shown([mistake("one", {})], "qa").legend).toEqual([]);
});
