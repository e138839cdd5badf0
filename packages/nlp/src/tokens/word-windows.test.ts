import { expect, test } from "vitest";
import { smallTokenizer } from "../tokenize/testing.js";
import { wordSource } from "./word-source.js";
import { wordWindows } from "./word-windows.js";

const tokenizer = smallTokenizer();
const words = (line: string): string[] => line.split(" ");

test("a word is judged by its first piece", () => {
  const [window] = wordWindows(tokenizer, [words("the ungrafted trees !")]);
  const names = Array.from(window!.ids, (id) => tokenizer.idToToken(id));
  expect(names).toEqual(words("[CLS] the un ##graft ##ed tree ##s ! [SEP]"));
  expect([...window!.words]).toEqual([-1, 0, 1, -1, -1, 2, -1, 3, -1]);
});

test.each([
  [6, 2],
  [6, 0],
  [7, 1],
  [8, 5],
  [12, 4],
])(
  "windows of %i tokens that share %i judge every word once, where most stands around it",
  (maxLength, stride) => {
    const sentence = words(
      "ungrafted the trees a ungrafted ungrafted tree the cafe grafted trees !",
    );
    const windows = wordWindows(tokenizer, [["a"], sentence], { maxLength, stride });
    const own = windows.filter((window) => window.sentence === 1);
    expect(own.length).toBeGreaterThan(1);
    const judged = own.flatMap((window) => [...window.words].filter((word) => word >= 0));
    expect(judged).toEqual(sentence.map((_, at) => at));
    for (const window of own) {
      expect(window.ids.length).toBeLessThanOrEqual(maxLength);
      for (const [token, word] of window.words.entries()) {
        if (word < 0) continue;
        const name = tokenizer.idToToken(window.ids[token]!)!;
        expect(sentence[word]!.startsWith(name), `${sentence[word]} ${name}`).toBe(true);
      }
    }
  },
);

test("a word in the middle of an overlap has tokens on both sides", () => {
  const sentence = Array.from({ length: 12 }, () => "tree");
  const windows = wordWindows(tokenizer, [sentence], { maxLength: 10, stride: 4 });
  expect(windows.map((window) => [...window.words])).toEqual([
    [-1, 0, 1, 2, 3, 4, 5, -1, -1, -1],
    [-1, -1, -1, 6, 7, 8, 9, 10, 11, -1],
  ]);
});

test("words that no piece is left of are unknown, and not lost", () => {
  const [window] = wordWindows(tokenizer, [["the", "\u200b", "", "tree"]]);
  const names = Array.from(window!.ids, (id) => tokenizer.idToToken(id));
  expect(names).toEqual(words("[CLS] the [UNK] [UNK] tree [SEP]"));
  expect([...window!.words]).toEqual([-1, 0, 1, 2, 3, -1]);
});

test("no words, no window", () => {
  expect(wordWindows(tokenizer, [[], ["a"]]).map(({ sentence }) => sentence)).toEqual([1]);
  expect(() => wordWindows(tokenizer, [words("a tree")], { maxLength: 2 })).toThrow(
    /windows of 0 tokens can't share/,
  );
});

test("labels lie on first pieces, padded by length", async () => {
  const sentences = [
    { tokens: words("the ungrafted tree"), labels: [0, 1, 2] },
    { tokens: words("a"), labels: [-100] },
  ];
  const source = wordSource({ tokenizer, sentences, buckets: [3, 7, 9] });
  const one = await source.load([1], { epoch: 0 });
  expect(one.input_ids?.shape).toEqual([1, 3]);
  const both = await source.load([1, 0], { epoch: 0 });
  expect(both.labels).toMatchObject({ dtype: "int32", shape: [2, 7] });
  expect([...both.labels!.data]).toEqual(
    [
      [-100, -100, -100, -100, -100, -100, -100],
      [-100, 0, 1, -100, -100, 2, -100],
    ].flat(),
  );
  expect([...both.sentence!.data]).toEqual([1, 0]);
  const uniform = await source.uniform!.load([1], { epoch: 0 });
  expect(uniform.labels?.shape).toEqual([1, 9]);
  expect([...uniform.attention_mask!.data]).toEqual([1, 1, 1, 0, 0, 0, 0, 0, 0]);
});

test("sentences without words, or with other labels, are told", () => {
  const source = (tokens: string[], labels: number[], name?: string) =>
    wordSource({ tokenizer, sentences: [{ tokens, labels, ...(name ? { name } : {}) }] });
  expect(() => source([], [], "train.txt:7")).toThrow("train.txt:7 has no words. Leave it out.");
  expect(() => source(["a"], [0, 1])).toThrow(/Sentence 0 has 1 words, and 2 labels/);
});
