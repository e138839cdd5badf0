import { expect, test } from "vitest";
import { smallTokenizer } from "../tokenize/testing.js";
import { textPacker } from "./text-packer.js";

const tokenizer = smallTokenizer();

test("rows tell where each text begins, one without a token where the next one does", () => {
  const packer = textPacker({ tokenizer, length: 6 });
  for (const text of ["the trees grafted", "", "a tree!"]) packer.add(text);
  const { starts, ids, size } = packer.end();
  expect(size).toBe(3);
  // [CLS] the tree ##s graft [SEP] [CLS] ##ed [SEP] a tree [SEP] [CLS] ! [SEP]
  expect(starts).toEqual([0, 9, 9]);
  expect(tokenizer.idToToken(ids[9]!)).toBe("a");
});

test("a packer that was given no token says so in the end", () => {
  const packer = textPacker({ tokenizer, length: 6 });
  packer.add(" ");
  expect(() => packer.end()).toThrow("The texts hold no token to make rows of.");
});
