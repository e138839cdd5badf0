import { expect, test } from "vitest";
import { smallTokenizer } from "../tokenize/testing.js";
import { packTexts } from "./pack-texts.js";

const tokenizer = smallTokenizer();

const rowsOf = (ids: ArrayLike<number>, length: number): string[][] =>
  Array.from({ length: ids.length / length }, (_, row) =>
    Array.from({ length }, (_, at) => tokenizer.idToToken(ids[row * length + at]!)!),
  );

test("texts run on over rows of one length, and words over the pieces of them", async () => {
  const texts = ["the trees grafted", "a tree!"];
  const { size, ids, words } = await packTexts({ tokenizer, texts, length: 6 });
  expect(size).toBe(3);
  expect(rowsOf(ids, 6)).toEqual([
    ["[CLS]", "the", "tree", "##s", "graft", "[SEP]"],
    ["[CLS]", "##ed", "[SEP]", "a", "tree", "[SEP]"],
    ["[CLS]", "!", "[SEP]", "[PAD]", "[PAD]", "[PAD]"],
  ]);
  expect([...words]).toEqual([...[2, 1, 1, 0, 1, 2], ...[2, 0, 2, 1, 1, 2], ...[2, 1, 2, 2, 2, 2]]);
});

test("texts may come one by one, and many", async () => {
  async function* texts() {
    for (let index = 0; index < 3000; index++) yield "the tree";
  }
  const { size, ids } = await packTexts({ tokenizer, texts: texts(), length: 8 });
  expect(size).toBe(1500);
  expect(rowsOf(ids, 8).at(-1)).toEqual("[CLS] the tree [SEP] the tree [SEP] [SEP]".split(" "));
});

test("no text, and rows without room for one, are told", async () => {
  await expect(packTexts({ tokenizer, texts: ["", " "], length: 8 })).rejects.toMatchObject({
    code: "dataset-empty",
  });
  await expect(packTexts({ tokenizer, texts: ["a"], length: 2 })).rejects.toThrow(
    "Rows of 2 tokens hold no text between [CLS] and [SEP]. Choose 3 or more.",
  );
});
