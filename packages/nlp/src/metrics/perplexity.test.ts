import { expect, test } from "vitest";
import { perplexity } from "./perplexity.js";

test("every word counts the same, whatever its batch", () => {
  const batches = [
    { lossSum: 3 * Math.log(10), words: 3 },
    { lossSum: Math.log(1000), words: 1 },
  ];
  expect(perplexity(batches)).toBeCloseTo(10 ** 1.5, 10);
  expect(() => perplexity([{ lossSum: 0, words: 0 }])).toThrow(/No word was masked/);
});
