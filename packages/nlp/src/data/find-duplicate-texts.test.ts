import { sharedPath } from "@graft-ml/core/testing";
import { expect, test } from "vitest";
import { withFiles } from "../testing-node.js";
import { classBalance } from "./class-balance.js";
import { findDuplicateTexts } from "./find-duplicate-texts.js";
import { openTexts } from "./open-texts.js";
import { splitTexts } from "./split-texts.js";

const long =
  "The delivery took three weeks and the box was open, but the lamp itself works and gives a warm light";

async function open(rows: readonly string[], last: readonly string[] = []) {
  const files = {
    "train.csv": `text,label\n${rows.join("\n")}\n`,
    ...(last.length === 0 ? {} : { "test.csv": `text,label\n${last.join("\n")}\n` }),
  };
  return withFiles(files, (root) => openTexts(root, { validation: 0 }));
}

test("the same but for case and punctuation, and nearly the same, are copies", async () => {
  const data = await open(
    [`"${long}",good`, `"${long.toUpperCase()}!!",good`, "Something else entirely,bad"],
    [`"${long} in the evening",bad`, "Nothing of the kind is here,good"],
  );
  const { copies, extra } = await findDuplicateTexts(data);
  expect(extra).toBe(2);
  expect(copies.map(({ samples }) => samples.map(({ name, part }) => `${part} ${name}`))).toEqual([
    ["train train.csv:2", "train train.csv:3", "test test.csv:2"],
  ]);
  expect(copies[0]).toMatchObject({ exact: false, acrossClasses: true, acrossParts: true });
  const same = await findDuplicateTexts(data, { likeness: 1 });
  expect(same.copies[0]).toMatchObject({ exact: true, acrossClasses: false, acrossParts: false });
});

test("no copy lies on both sides of a new split, or is known to the test", async () => {
  const rows = Array.from({ length: 60 }, (_, i) => {
    const topic = `Number ${i >> 1} of thirty letters about ${"abcdefghijklmnopqrstuvwxyz"[(i >> 1) % 26]!.repeat(9)}`;
    return `${i % 2 ? topic.toUpperCase() : topic},${(i >> 1) % 2 ? "x" : "y"}`;
  });
  const data = await open(rows, ["number 3 of thirty letters about DDDDDDDDD,y"]);
  const { copies } = await findDuplicateTexts(data, { likeness: 1 });
  const split = splitTexts(data, { copies, validation: 0.25, seed: 4 });
  expect(split.skipped).toHaveLength(2);
  expect(split.skipped[0]).toEqual({
    name: "train.csv:8",
    reason: "a copy of test.csv:2 in the test set",
  });
  const texts = (part: typeof split.train) => new Set(part.map(({ text }) => text.toLowerCase()));
  const train = texts(split.train);
  expect([...texts(split.validation)].filter((text) => train.has(text))).toEqual([]);
  expect(split.train.length + split.validation.length).toBe(58);
  expect(split.validation.length).toBeGreaterThanOrEqual(13);
});

test("a thousand near copies cost a thousand comparisons", async () => {
  const rows = Array.from({ length: 1000 }, (_, i) => `"${long}, says customer ${i}",${i % 2}`);
  const { copies } = await findDuplicateTexts(await open(rows));
  expect(copies).toHaveLength(1);
  expect(copies[0]!.samples).toHaveLength(1000);
});

test("a search can be stopped", async () => {
  const rows = Array.from({ length: 600 }, (_, i) => `text number ${i},${i % 2}`);
  const signal = AbortSignal.abort();
  await expect(findDuplicateTexts(await open(rows), { signal })).rejects.toThrow(
    /stopped after 256 texts/,
  );
});

test("how even classes are", () => {
  const samples = [0, 0, 0, 1].map((label) => ({ label }));
  expect(classBalance(samples, ["a", "b"])).toEqual({
    classes: [
      { name: "a", count: 3, share: 0.75 },
      { name: "b", count: 1, share: 0.25 },
    ],
    ratio: 3,
  });
});

const reviews = sharedPath("data/text/amazon-multidomain-reviews/video");

test.skipIf(reviews === undefined)("the reviews that are known to repeat do", async () => {
  const data = await openTexts(reviews!, { validation: 0 });
  const { extra } = await findDuplicateTexts(data, { likeness: 1 });
  // By the bytes of their lines 1,781 are copies.
  expect(extra).toBeGreaterThanOrEqual(1781);
  expect(extra).toBeLessThan(1900);
});
