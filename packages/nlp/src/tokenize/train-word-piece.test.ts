import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openTokenizer, saveTokenizer } from "./open-tokenizer.js";
import { trainWordPiece } from "./train-word-piece.js";
import { createWordPiece } from "./word-piece.js";

const special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

/** "ab" comes 5 times, "abc" 3, "bc" 2: the pairs are (a, ##b) 8, (##b, ##c) 3, (b, ##c) 2, then (ab, ##c) 3. */
const texts = ["ab ab AB abc", "ab abc, abc", "bc bc \u00e4b"];

test("the pair that comes most often is joined first", async () => {
  const { vocabulary } = await trainWordPiece({ texts });
  expect([...vocabulary.keys()]).toEqual([
    ...special,
    "##b",
    "##c",
    ",",
    "a",
    "b",
    "ab",
    "abc",
    "bc",
  ]);
});

test("it ends at the size, and at pairs that are too rare", async () => {
  const size = async (options: object) => {
    const { vocabulary } = await trainWordPiece({ texts, ...options });
    return [...vocabulary.keys()].slice(special.length + 5);
  };
  expect(await size({ vocabularySize: 11 })).toEqual(["ab"]);
  expect(await size({ minFrequency: 3 })).toEqual(["ab", "abc"]);
  await expect(trainWordPiece({ texts, vocabularySize: 8 })).rejects.toThrow(
    /5 characters alone are more than the 3 tokens/,
  );
  await expect(trainWordPiece({ texts: ["  "] })).rejects.toThrow(/hold no word/);
});

test("the order of the texts and how they come don't matter", async () => {
  async function* streamed() {
    for (const text of texts.toReversed()) yield text;
  }
  const one = await trainWordPiece({ texts });
  const other = await trainWordPiece({ texts: streamed() });
  expect([...other.vocabulary]).toEqual([...one.vocabulary]);
});

test("rare characters are left out, and words that hold them", async () => {
  const { vocabulary } = await trainWordPiece({ texts: ["aa aa ab ba"], alphabet: 1 });
  expect([...vocabulary.keys()].slice(5)).toEqual(["##a", "a", "aa"]);
});

test("the joins are those of counting all pairs again each time", async () => {
  const words = Array.from({ length: 300 }, (_, index) =>
    Array.from(
      { length: 2 + (index % 7) },
      (_, at) => "abcd"[((index + 3) * (at + 2) * 7 + at * at) % 4],
    ).join(""),
  );
  const { vocabulary } = await trainWordPiece({ texts: [words.join(" ")], vocabularySize: 60 });
  expect([...vocabulary.keys()].slice(5)).toEqual(slowly(words, 55));
});

/** The same rule without any bookkeeping. */
function slowly(words: readonly string[], size: number): string[] {
  const spelled = words.map((word) => Array.from(word, (c, at) => (at > 0 ? `##${c}` : c)));
  const names = [...new Set(spelled.flat())].sort();
  let split = spelled.map((pieces) => pieces.map((piece) => names.indexOf(piece)));
  for (let best = mostFrequent(split); names.length < size && best; best = mostFrequent(split)) {
    const joined = names[best.left]! + names[best.right]!.slice(2);
    if (!names.includes(joined)) names.push(joined);
    const { left, right } = best;
    split = split.map((pieces) => replacePair(pieces, [left, right], names.indexOf(joined)));
  }
  return names;
}

function mostFrequent(split: readonly number[][]) {
  const pairs = split.flatMap((pieces) => pieces.slice(1).map((right, at) => [pieces[at]!, right]));
  const counts = new Map<string, number>();
  for (const pair of pairs) counts.set(pair.join(), (counts.get(pair.join()) ?? 0) + 1);
  const ranked = [...counts].map(([key, count]) => {
    const [left, right] = key.split(",").map(Number) as [number, number];
    return { left, right, count };
  });
  ranked.sort((a, b) => b.count - a.count || a.left - b.left || a.right - b.right);
  return ranked.find(({ count }) => count >= 2);
}

const replacePair = (pieces: number[], [left, right]: [number, number], by: number): number[] => {
  const at = pieces.findIndex((piece, index) => piece === left && pieces[index + 1] === right);
  if (at < 0) return pieces;
  return [...pieces.slice(0, at), by, ...replacePair(pieces.slice(at + 2), [left, right], by)];
};

test("what is written is read again, from tokenizer.json or from vocab.txt", async () => {
  const settings = await trainWordPiece({ texts, lowercase: false, maxLength: 64 });
  const folder = await mkdtemp(join(tmpdir(), "graft-nlp-"));
  try {
    await saveTokenizer(join(folder, "new"), settings);
    const text = "ab [MASK] abcbc, \u00e4b AB";
    const ours = createWordPiece(settings).encode(text, { pair: "bc" });
    const json = await openTokenizer(join(folder, "new"));
    await rm(join(folder, "new", "tokenizer.json"));
    const lines = await openTokenizer(join(folder, "new"));
    for (const tokenizer of [json, lines]) {
      expect(tokenizer.encode(text, { pair: "bc" })).toEqual(ours);
      expect(tokenizer.maxLength).toBe(64);
      expect(tokenizer.specialTokens).toEqual(settings.specialTokens);
    }
    await expect(openTokenizer(folder)).rejects.toThrow(/neither tokenizer.json nor vocab.txt/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
