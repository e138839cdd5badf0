import { expect, test } from "vitest";
import {
  doubtOf,
  type Explanation,
  requireExplaining,
  targetsOf,
  toldExplanation,
} from "./explanation.js";
import { kinds } from "./kinds.js";

const word = (text: string, score: number) => ({ text, start: 0, end: text.length, score });
const explanation: Explanation = {
  target: "liked",
  score: 0.9,
  baselineScore: 0.5,
  gap: -0.0042,
  steps: 32,
  words: [word("a", 0.02), word("dull", -0.1), word("superb", 0.45), word("film", 0)],
  pairWords: [word("!", 0.03)],
};

test("a line tells the strongest words first, on either side, and how far they miss", () => {
  expect(toldExplanation(explanation)).toBe(
    "liked 0.9, without its words 0.5: superb +0.45, dull −0.1, ! +0.03, a +0.02 (integrated gradients, off by 0.0042)",
  );
  const many = Array.from({ length: 9 }, (_, i) => word(`w${i}`, 1 / (i + 1)));
  expect(toldExplanation({ ...explanation, words: many })).toContain("w5 +0.167, and 4 more (");
  expect(toldExplanation({ ...explanation, words: [], pairWords: [] })).toContain(
    ": no word matters (",
  );
});

test("shares that miss a quarter of the whole, or have next to nothing to share, are doubted", () => {
  expect(doubtOf(explanation)).toBe(undefined);
  expect(doubtOf({ ...explanation, gap: 0.15 })).toBe("trust these shares less");
  const alike = { ...explanation, baselineScore: 0.87 };
  expect(doubtOf(alike)).toBe("its words have little to share");
  expect(toldExplanation(alike)).toMatch(/off by 0\.0042: its words have little to share\)$/);
});

test("what is said is explained: a class or the likeliest, each label, each number", () => {
  expect(targetsOf({ label: "liked", score: 0.9 })).toEqual([undefined]);
  const labels = [
    { label: "film", score: 0.9 },
    { label: "liked", score: 0.6 },
  ];
  expect(targetsOf({ labels })).toEqual(["film", "liked"]);
  expect(targetsOf({ labels: [] })).toEqual([undefined]);
  expect(targetsOf({ values: { stars: 4, length: 2 } })).toEqual(["stars", "length"]);
});

test("pictures, tags and answers have nothing to share among words", () => {
  for (const task of ["text", "text-labels", "text-numbers"] as const) {
    expect(() => requireExplaining(kinds[task], "run")).not.toThrow();
  }
  expect(() => requireExplaining(kinds.image, "run")).toThrow(
    "--explain says which words of a text mattered, and the model of run sees pictures. Leave it out.",
  );
  expect(() => requireExplaining(kinds.tokens, "run")).toThrow("it has no single score");
  expect(() => requireExplaining(kinds.qa, "run")).toThrow("it has no single score");
});
