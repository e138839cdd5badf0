import { createWordPiece, readWordPiece } from "@graft-ml/nlp";
import { expect, test } from "vitest";
import { hiddenTexts, wordsByText } from "./hidden-texts.js";

const vocabulary = "[PAD] [UNK] [CLS] [SEP] [MASK] a b c d e f g h i j k l m n o p".split(" ");
const tokenizer = createWordPiece(readWordPiece({ vocabulary: vocabulary.join("\n") }));
const samples = [
  { name: "1", text: "a b c d" },
  { name: "2", text: "", pair: "e f g h" },
  { name: "3", text: "i j k l m n o p" },
];
const own = ["abcd", "efgh", "ijklmnop"];

test("every hidden word goes back to the text that it is of, over the ends of rows and batches", async () => {
  const source = hiddenTexts(samples, { of: "texts", tokenizer, maxLength: 8 });
  expect(source).toMatchObject({ texts: 3, sampleOf: [0, 1, 1, 2] });
  const judge = wordsByText(source);
  const seen = new Set<string>();
  // Rows one by one, and all of their words in the end: other ones are hidden in each epoch.
  for (let epoch = 0; epoch < 40; epoch++) {
    const each = wordsByText(source);
    for (let row = 0; row < source.size; row++) {
      const batch = await source.load([row], { epoch });
      const places = batch.masked_labels!.data.length;
      each.add(batch, {
        data: new Float32Array(places * vocabulary.length),
        width: vocabulary.length,
      });
    }
    for (const [text, words] of each.end().words.entries()) {
      for (const { label, loss } of words) {
        expect(own[text]).toContain(vocabulary[label]);
        expect(loss).toBeCloseTo(Math.log(vocabulary.length), 6);
        seen.add(vocabulary[label]!);
      }
    }
  }
  expect(seen.size).toBe(16);
  expect(judge.end().words).toEqual([[], [], []]);
});

test("what is hidden for a score depends on the texts alone", async () => {
  const entry = { of: "texts", tokenizer, maxLength: 8 } as const;
  const rows = async () => hiddenTexts(samples, entry).load([0, 1], { epoch: 0 });
  expect(await rows()).toEqual(await rows());
});
