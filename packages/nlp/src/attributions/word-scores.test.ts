import { expect, test } from "vitest";
import { smallTokenizer } from "../tokenize/testing.js";
import { wordScores } from "./word-scores.js";

const tokenizer = smallTokenizer();
/** Token i has the number 2^i. */
const powers = Array.from({ length: 16 }, (_, at) => 2 ** at);

test("tokens add up to the words that they stand in", () => {
  const text = " The ungrafted\tTREES!";
  const encoding = tokenizer.encode(text);
  const words = wordScores(text, { encoding, values: powers, sequence: 0 });
  // [CLS] the un ##graft ##ed tree ##s ! [SEP]
  expect(words).toEqual([
    { text: "The", start: 1, end: 4, score: 2 },
    { text: "ungrafted", start: 5, end: 14, score: 4 + 8 + 16 },
    { text: "TREES", start: 15, end: 20, score: 32 + 64 },
    { text: "!", start: 20, end: 21, score: 128 },
  ]);
});

test("each text of a pair has its own; what was cut off and what the tokenizer drops has nothing", () => {
  const [text, pair] = ["a tree", ["the", "\u0001", "trees", "cafe"]] as const;
  const encoding = tokenizer.encode(text, { pair, maxLength: 8, truncation: "only_second" });
  // [CLS] a tree [SEP] the tree ##s [SEP]
  const scores = (sequence: 0 | 1, input: string | readonly string[]) =>
    wordScores(input, { encoding, values: powers, sequence }).map(({ score }) => score);
  expect(scores(0, text)).toEqual([2, 4]);
  expect(scores(1, pair)).toEqual([16, 0, 32 + 64, 0]);
  expect(wordScores(" ", { encoding: tokenizer.encode(" "), values: powers, sequence: 0 })).toEqual(
    [],
  );
});
