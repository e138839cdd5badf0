import { join } from "node:path";
import { permutation } from "@graft-ml/core";
import { expect, test } from "vitest";
import { withFiles } from "../testing-node.js";
import { indexTexts } from "./index-texts.js";
import { openTexts } from "./open-texts.js";

const rows = Array.from({ length: 3000 }, (_, i) =>
  i % 500 === 9
    ? ""
    : `"text ${i}, with ""quotes""\nand ${"é".repeat(i % 50)}",${["b", "a", "c"][i % 3]}`,
);
const csv = `text,label\n${rows.join("\n")}\nno label here,\n`;

test("texts come from the file as from memory, in any order", async () => {
  await withFiles({ "big.csv": csv }, async (root) => {
    const path = join(root, "big.csv");
    const memory = await openTexts(path, { validation: 0 });
    const index = await indexTexts(path);
    expect(index.names).toEqual(memory.classes);
    expect(index.size).toBe(memory.train.length);
    expect([...index.labels]).toEqual(memory.train.map(({ label }) => label));
    expect(index.skipped).toEqual(memory.skipped);
    const order = Array.from(permutation(1, 1, index.size)).slice(0, 200);
    expect(await index.load(order)).toEqual(order.map((at) => memory.train[at]));
    await expect(index.load([index.size])).rejects.toThrow(/There is no text 2994 among 2994/);
  });
});

test("several labels, numbers and texts alone", async () => {
  const lines = '{"text":"a b","labels":["y","x"]}\n{"text":"c d","labels":["y"]}\n';
  await withFiles(
    { "m.jsonl": lines, "v.csv": "text,value\nsome words,1.5\nmore words,-2\n" },
    async (root) => {
      const labels = await indexTexts(join(root, "m.jsonl"), { task: "multi-label" });
      expect((await labels.load([1, 0])).map(({ targets }) => targets)).toEqual([
        [0, 1],
        [1, 1],
      ]);
      const numbers = await indexTexts(join(root, "v.csv"), { task: "regression" });
      expect((await numbers.load([1]))[0]).toEqual({
        name: "v.csv:3",
        text: "more words",
        targets: [-2],
      });
      const plain = await indexTexts(join(root, "v.csv"), { task: "texts" });
      expect(await plain.load([0])).toEqual([{ name: "v.csv:2", text: "some words" }]);
      expect(plain.labels).toHaveLength(0);
    },
  );
});

test("a label outside the model's, strictness, and a file that can't be read in place", async () => {
  await withFiles({ "big.csv": csv }, async (root) => {
    const path = join(root, "big.csv");
    await expect(indexTexts(path, { names: ["a", "b"] })).rejects.toThrow(
      /big\.csv:6 has the label "c", which is none of the model's \(a, b\)/,
    );
    await expect(indexTexts(path, { strict: true })).rejects.toThrow(/has no label/);
    await expect(indexTexts(path, { encoding: "windows-1252" })).rejects.toThrow(
      /save it as UTF-8/,
    );
  });
});
