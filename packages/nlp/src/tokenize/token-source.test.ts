import { expect, test } from "vitest";
import { smallTokenizer } from "./testing.js";
import { tokenBatch } from "./token-batch.js";
import { bucketedBatches, tokenSource } from "./token-source.js";

const tokenizer = smallTokenizer();
const texts = ["a tree", "the trees grafted!", "a", "", "ungrafted trees, the tree"];
const encodings = texts.map((text) => tokenizer.encode(text));

test("a batch is padded to its longest row, to a length, or to a multiple", () => {
  const rows = [encodings[0]!, tokenizer.encode("a", { pair: "tree" })];
  const batch = tokenBatch(tokenizer, rows);
  expect(batch.input_ids!.shape).toEqual([2, 5]);
  expect(Array.from(batch.input_ids!.data)).toEqual([2, 5, 7, 3, 0, 2, 5, 3, 7, 3]);
  expect(Array.from(batch.attention_mask!.data)).toEqual([1, 1, 1, 1, 0, 1, 1, 1, 1, 1]);
  expect(Array.from(batch.token_type_ids!.data)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
  expect(tokenBatch(tokenizer, rows, { length: 9 }).input_ids!.shape).toEqual([2, 9]);
  expect(tokenBatch(tokenizer, rows, { multipleOf: 4 }).input_ids!.shape).toEqual([2, 8]);
  const left = tokenBatch(tokenizer, rows, { side: "left" });
  expect(Array.from(left.attention_mask!.data)).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  expect(() => tokenBatch(tokenizer, rows, { length: 4 })).toThrow(
    /A text has 5 tokens, and rows are to be 4 long/,
  );
});

test("a source pads to buckets and carries further fields", async () => {
  const source = tokenSource({
    tokenizer,
    encodings,
    buckets: [6, 12],
    fields: { labels: { dtype: "int32", shape: [5], data: Int32Array.of(0, 1, 0, 1, 1) } },
    tokenFields: { tags: { rows: encodings.map(({ wordIds }) => wordIds), pad: -100 } },
  });
  expect(Array.from(source.lengths)).toEqual([4, 8, 3, 2, 10]);
  const small = await source.load([3, 0], { epoch: 1 });
  expect(small.input_ids!.shape).toEqual([2, 6]);
  expect(Array.from(small.labels!.data)).toEqual([1, 0]);
  expect(Array.from(small.tags!.data)).toEqual([
    ...[-1, -1, -100, -100, -100, -100],
    ...[-1, 0, 1, -1, -100, -100],
  ]);
  expect((await source.load([0, 4], { epoch: 1 })).input_ids!.shape).toEqual([2, 12]);
});

test("texts without further fields are tokens alone", async () => {
  const source = tokenSource({ tokenizer, encodings, fields: {} });
  expect(source.size).toBe(5);
  const fields = Object.keys(await source.load([0, 4], { epoch: 1 })).sort();
  expect(fields).toEqual(["attention_mask", "input_ids", "token_type_ids"]);
});

test("what doesn't fit is told", () => {
  const labels = { dtype: "int32", shape: [2], data: Int32Array.of(0, 1) } as const;
  expect(() => tokenSource({ tokenizer, encodings, fields: { labels } })).toThrow(
    /There are 5 texts, and 2 rows of fields/,
  );
  const tags = { rows: encodings.map(() => [1, 2, 3, 4]), pad: 0 };
  expect(() => tokenSource({ tokenizer, encodings, tokenFields: { tags } })).toThrow(
    /Text 1 has 8 tokens, and its "tags" 4 numbers/,
  );
  expect(() => tokenSource({ tokenizer, encodings, buckets: [4] })).toThrow(
    /A text has 10 tokens and the longest bucket is 4/,
  );
});

test("bucketed batches start at any step and hold each text once an epoch", async () => {
  const many = Array.from({ length: 50 }, (_, index) => "tree ".repeat(1 + ((index * 13) % 20)));
  const source = tokenSource({ tokenizer, encodings: many.map((text) => tokenizer.encode(text)) });
  const batches = bucketedBatches(source, { batchSize: 5, seed: 3 });
  const take = async (from: number, count: number) => {
    const taken: string[] = [];
    for await (const { epoch, batch } of batches.from(from)) {
      taken.push(`${epoch}: ${batch.input_ids!.shape} ${batch.attention_mask!.data.join("")}`);
      if (taken.length === count) break;
    }
    return taken;
  };
  expect(batches.stepsPerEpoch).toBe(10);
  const all = await take(0, 14);
  expect(await take(8, 6)).toEqual(all.slice(8));
  const masks = all.slice(0, 10).map((line) => line.split(" ")[2]!);
  const tokens = masks.join("").replaceAll("0", "").length;
  expect(tokens).toBe(source.lengths.reduce((sum, length) => sum + length, 0));
});

test("texts of one bucket are a group, unless padding stands on the left", () => {
  const encodings = ["the tree", "a cafe , the cafe", "tree"].map((text) => tokenizer.encode(text));
  const options = { tokenizer, encodings, buckets: [4, 6, 12] };
  expect(tokenSource(options).groups).toEqual([
    { key: "4", indices: [0, 2] },
    { key: "12", indices: [1] },
  ]);
  expect(tokenSource({ ...options, side: "left" }).groups).toBeUndefined();
});
