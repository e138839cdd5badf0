import { expect, test } from "vitest";
import { smallTokenizer } from "../tokenize/testing.js";
import { maskedSource } from "./masked-source.js";
import { packTexts } from "./pack-texts.js";

const tokenizer = smallTokenizer();
const blocks = await packTexts({
  tokenizer,
  texts: Array.from({ length: 30 }, () => "the trees grafted a tree!"),
  length: 20,
});

test("batches hold the tokens, what was hidden and where", async () => {
  const batch = await maskedSource({ blocks, tokenizer }).load([0, blocks.size - 1], { epoch: 1 });
  const { input_ids, attention_mask, masked_positions, masked_labels, masked_weights } = batch;
  expect(input_ids!.shape).toEqual([2, 20]);
  expect(masked_positions!.shape).toEqual([2, 3]);
  const last = blocks.ids.subarray(-20);
  expect([...attention_mask!.data.subarray(20)]).toEqual([...last].map((id) => (id === 0 ? 0 : 1)));
  masked_weights!.data.forEach((weight, slot) => {
    const start = slot < 3 ? 0 : (blocks.size - 1) * 20;
    const position = masked_positions!.data[slot]!;
    if (weight === 1) expect(masked_labels!.data[slot]).toBe(blocks.ids[start + position]);
  });
  expect(masked_weights!.data.some((weight) => weight === 1)).toBe(true);
});

test("each epoch hides other words, and a row's are the same in any batch", async () => {
  const source = maskedSource({ blocks, tokenizer, seed: 3 });
  const positions = async (indices: number[], epoch: number) =>
    (await source.load(indices, { epoch })).masked_positions!.data;
  expect(await positions([0, 1, 2, 3, 4], 1)).not.toEqual(await positions([0, 1, 2, 3, 4], 2));
  expect((await positions([0, 4], 1)).slice(3)).toEqual((await positions([4, 2], 1)).slice(0, 3));
});

test("a share that is none is told", () => {
  expect(() => maskedSource({ blocks, tokenizer, share: 0 })).toThrow(
    "The share of hidden tokens is 0; it must be above 0 and at most 1.",
  );
});
