import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { isGraftError } from "@graft-ml/core";
import { expect, test } from "vitest";
import { withFiles } from "../testing-node.js";
import type { TextTask } from "./dataset.js";
import { type OpenTextsOptions, openTexts } from "./open-texts.js";
import { skippedReasons } from "./text-coding.js";

async function open<T extends TextTask = "classes">(
  name: string,
  content: string | Uint8Array,
  options: OpenTextsOptions<T> = {},
) {
  return withFiles({ [name]: content }, (root) =>
    openTexts<T>(join(root, name), { validation: 0, ...options }),
  );
}

const reviews = "review,stars\nIt was very good indeed,5\nNot worth the money at all,1\nFine,5\n";

test("a table's columns are found, told, and become numbers", async () => {
  const data = await open("r.csv", reviews);
  expect(data.classes).toEqual(["1", "5"]);
  expect(data.train).toEqual([
    { name: "r.csv:2", text: "It was very good indeed", label: 1 },
    { name: "r.csv:3", text: "Not worth the money at all", label: 0 },
    { name: "r.csv:4", text: "Fine", label: 1 },
  ]);
  expect(data.notes.join("\n")).toMatch(/text is the column "review", the answer is "stars"/);
  expect(data.notes.join("\n")).toMatch(/first row names the columns \(review, stars\)/);
  expect(JSON.parse(JSON.stringify(data))).toEqual(data);
});

test("numbers as labels sort as numbers, and names given keep their order", async () => {
  const rows = [10, 9, 2, 1].map((label) => `text number ${label} of four,${label}`);
  const csv = `text,label\n${rows.join("\n")}\n`;
  expect((await open("n.csv", csv)).classes).toEqual(["1", "2", "9", "10"]);
  const names = ["10", "2", "1", "9"];
  const data = await open("n.csv", csv, { names });
  expect(data.train.map(({ label }) => label)).toEqual([0, 3, 1, 2]);
});

test("without a header columns are numbered", async () => {
  const rows = [
    "1001\tgood\tI liked this one",
    "1002\tbad\tI did not like it",
    "1003\tgood\tA joy",
  ];
  const data = await open("posts.tsv", `${rows.join("\n")}\n`);
  expect(data.train.map(({ text, label }) => [text, label])).toEqual([
    ["I liked this one", 1],
    ["I did not like it", 0],
    ["A joy", 1],
  ]);
  expect(data.notes.join(" ")).toMatch(/taken for data.*holds the number 1001.*column "3".*"2"/);
});

test("pairs are found by their names, groups by theirs, and no split cuts a group", async () => {
  const rows = Array.from({ length: 40 }, (_, i) => ({
    sentence1: `the first text of pair ${i}`,
    sentence2: `the second text of pair ${i}`,
    label: i % 2 === 0,
    group: `g${i >> 2}`,
  }));
  const lines = rows.map((row) => JSON.stringify(row)).join("\n");
  const data = await open("pairs.jsonl", lines, { validation: 0.2 });
  expect(data.classes).toEqual(["false", "true"]);
  expect(data.train[0]!.pair).toMatch(/^the second text of pair/);
  const groups = new Set(data.train.map(({ group }) => group));
  expect(data.validation.filter(({ group }) => groups.has(group))).toEqual([]);
  expect(data.validation.length).toBe(8);
});

test("several labels a text, and numbers", async () => {
  const labels = "text,labels\nsun and sea,sun|sea\nnothing here,\nsand, sand |sea\n";
  const table = await open("m.csv", labels, { task: "multi-label" });
  expect(table.names).toEqual(["sand", "sea", "sun"]);
  expect(table.train.map(({ targets }) => targets)).toEqual([
    [0, 1, 1],
    [0, 0, 0],
    [1, 1, 0],
  ]);
  const lists = '{"text":"a b","labels":["x","y"]}\n{"text":"c d","labels":["y"]}\n';
  expect((await open("m.jsonl", lists, { task: "multi-label" })).train[1]!.targets).toEqual([0, 1]);
  const numbers = "text,valence,arousal\ncalm words,0.5,-1\nloud words,1e1,2\nodd words,high,3\n";
  const both = await open("v.csv", numbers, { task: "regression", label: ["arousal", "valence"] });
  expect(both.train.map(({ targets }) => targets)).toEqual([
    [-1, 0.5],
    [2, 10],
  ]);
  expect(both.skipped).toEqual([
    { name: "v.csv:4", reason: 'has no number but "high" in the column "valence"' },
  ]);
});

test("a folder's parts, packed or not, and a label of one part only", async () => {
  const row = (text: string, label: string) => `${text} and more words,${label}\n`;
  const files = {
    "train-00000-of-00002.csv": `text,label\n${row("one", "a")}${row("two", "b")}`,
    "train-00001-of-00002.csv.gz": gzipSync(`text,label\n${row("three", "a")}`),
    "dev.csv": `text,label\n${row("four", "b")}`,
    "README.md": "words",
    "other.csv": "text,label\n",
  };
  await withFiles(files, async (root) => {
    const data = await openTexts(root);
    expect([data.train.length, data.validation.length, data.test.length]).toEqual([3, 1, 0]);
    expect(data.skipped.map(({ name }) => name)).toEqual(["other.csv", "README.md"]);
  });
  await withFiles({ ...files, "test.csv": `text,label\n${row("five", "c")}` }, async (root) => {
    await expect(openTexts(root)).rejects.toThrow(
      /test\.csv:2 has the label "c", which is none of the 2 of the training texts \(a, b\)/,
    );
  });
});

test("UTF-16, a named encoding, and escapes", async () => {
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(reviews, "utf16le")]);
  expect((await open("r.csv", utf16)).train).toHaveLength(3);
  const latin = Buffer.from("text,label\nça va très bien,x\nnon merci,y\n", "latin1");
  const read = await open("l.csv", latin, { encoding: "windows-1252" });
  expect(read.train[0]!.text).toBe("ça va très bien");
  const rest = await open("l.csv", latin, { names: ["x", "y"] });
  expect(rest.train).toHaveLength(1);
  expect(rest.skipped).toEqual([
    { name: "l.csv:2", reason: expect.stringMatching(/not UTF-8.*name its encoding/) },
  ]);
  const escaped = "text,label\nPlus\\u002c fish &amp; chips &#8217;,x\nMore &unknown; words,y\n";
  const plain = await open("e.csv", escaped, { unescape: true });
  expect(plain.train.map(({ text }) => text)).toEqual([
    "Plus, fish & chips ’",
    "More &unknown; words",
  ]);
});

test.each([
  ["no such file", "x.csv", undefined, {}, "source-not-found", /There is no/],
  ["an empty file", "e.csv", "", {}, "dataset-(empty|invalid)", /e\.csv/],
  ["a header alone", "h.csv", "text,label\n", {}, "dataset-(empty|invalid)", /h\.csv/],
  [
    "a missing column",
    "r.csv",
    reviews,
    { label: "mood" },
    "dataset-invalid",
    /no column "mood".*"review", "stars"/,
  ],
  [
    "one class",
    "o.csv",
    "text,label\na b c,x\nd e f,x\n",
    {},
    "dataset-invalid",
    /one class only, "x"/,
  ],
  [
    "no labels",
    "p.csv",
    "text\nsome words\nother words\n",
    {},
    "dataset-invalid",
    /no column that could be the answer/,
  ],
  [
    "cut JSON",
    "c.json",
    '[{"text": "a",\n "label"',
    {},
    "dataset-invalid",
    /not whole JSON.*line 2/,
  ],
  [
    "a strict row",
    "s.csv",
    "text,label\nfine words,x\n,y\n",
    { strict: true },
    "dataset-invalid",
    /s\.csv:3 has no text in the column "text"/,
  ],
] as const)("%s is one clear error", async (_, name, content, options, code, message) => {
  const run = content === undefined ? openTexts(name, options) : open(name, content, options);
  const error: unknown = await Promise.resolve(run).catch((caught: unknown) => caught);
  expect(isGraftError(error)).toBe(true);
  expect((error as { code: string }).code).toMatch(new RegExp(`^${code}$`));
  expect(String(error)).toMatch(message);
});

test("numbers that are no classes", async () => {
  const rows = Array.from({ length: 60 }, (_, i) => `some words of text ${i},${i / 7}`);
  await expect(open("n.csv", `text,score\n${rows.join("\n")}\n`)).rejects.toThrow(
    /60 different labels on 60 texts .*Pass the task "regression"/,
  );
});

test("why rows were left out, most frequent first", async () => {
  const csv = "text,label\ngood words,x\n,x\nbad words,y\nno label here,\n,y\n";
  expect(skippedReasons((await open("w.csv", csv)).skipped)).toEqual([
    { reason: 'has no text in the column "text"', count: 2, first: "w.csv:3" },
    { reason: 'has no label in the column "label"', count: 1, first: "w.csv:5" },
  ]);
});
