import { join } from "node:path";
import { openZip } from "@graft-ml/core";
import { fileSource } from "@graft-ml/core/node";
import { sharedPath } from "@graft-ml/core/testing";
import { describe, expect, test } from "vitest";
import { withFiles } from "../testing-node.js";
import type { TextParts } from "./dataset.js";
import { openTexts } from "./open-texts.js";

const root = sharedPath("data/text");
const at = (...path: readonly string[]): string => join(root!, ...path);
const sizes = ({ train, validation, test: last }: TextParts) => [
  train.length,
  validation.length,
  last.length,
];

describe.skipIf(root === undefined)("the reference texts are read whole", () => {
  test("SST-2", async () => {
    const data = await openTexts(at("sst-2"));
    expect(sizes(data)).toEqual([6920, 872, 1821]);
    expect(data.classes).toEqual(["0", "1"]);
    expect(data.validation[0]).toMatchObject({
      name: "stsa.binary.dev:1",
      label: 0,
      text: "one long string of cliches .",
    });
    expect(data.skipped.map(({ name }) => name)).toEqual(["LICENSE", "PROVENANCE.md"]);
  });

  test("medical abstracts", async () => {
    const data = await openTexts(at("medical-abstracts", "medical_tc_test.csv"));
    expect(data.train.length + data.validation.length).toBe(2888);
    expect(data.classes).toEqual(["1", "2", "3", "4", "5"]);
    expect(data.skipped).toEqual([]);
  });

  test("MRPC, quotes being literal", async () => {
    const data = await openTexts(at("mrpc"));
    expect(data.test.length).toBe(1725);
    expect(data.train.length + data.validation.length).toBe(4076);
    expect(data.test[0]!.pair).toMatch(/^Current Chief Operating Officer/);
    expect(data.test[0]!.text).toMatch(/^PCCW's chief/);
  });

  test("product reviews, a file a class", async () => {
    const data = await openTexts(at("amazon-multidomain-reviews", "kitchen"));
    expect(data.train.length + data.validation.length).toBe(6000);
    expect(data.classes).toEqual(["review_negative", "review_positive"]);
  });

  test("posts without a header, packed or not", async () => {
    const options = { names: ["negative", "neutral", "positive"], validation: 0 };
    const folder = "semeval-2013-2017-tweets";
    const last = await openTexts(
      at(folder, "SemEval2017-task4-test.subtask-A.english.txt"),
      options,
    );
    const counts = [0, 1, 2].map((label) => last.train.filter((s) => s.label === label).length);
    expect(counts).toEqual([3972, 5937, 2375]);
    const packed = await openTexts(at(folder, "twitter-2016test-A.tsv.gz"), options);
    // The last line has no newline: `wc` counts 20,631.
    expect(packed.train.length).toBe(20_632);
    const escaped = at(folder, "twitter-2013dev-A.tsv");
    const plain = await openTexts(escaped, { ...options, unescape: true });
    expect(plain.train.length).toBe(1654);
    expect(plain.train[0]!.text).toMatch(/Plus, tomorrow is .* Day’s and/);
  });

  test("medical entities", async () => {
    const data = await openTexts(at("ner-medical", "ncbi-disease"), { task: "tokens" });
    expect(sizes(data)).toEqual([5432, 923, 940]);
    expect(data.tags).toEqual(["O", "B-Disease", "I-Disease"]);
    const begins = (samples: typeof data.train) =>
      samples.reduce((sum, { labels }) => sum + labels.filter((tag) => tag === 1).length, 0);
    expect([data.train, data.validation, data.test].map(begins)).toEqual([5145, 787, 960]);
    expect(data.test.reduce((sum, { tokens }) => sum + tokens.length, 0)).toBe(24_497);
    const chemicals = await openTexts(at("ner-medical", "bc5cdr"), { task: "tokens" });
    expect(sizes(chemicals)).toEqual([4560, 4581, 4797]);
    expect(chemicals.tags.length).toBe(5);
  });

  test("questions", async () => {
    const data = await openTexts(at("qa-xquad-en", "xquad.en.json"), { task: "qa" });
    expect(data.train.length + data.validation.length).toBe(1190);
    expect(new Set(data.train.map(({ group }) => group)).size).toBeLessThan(48);
    const { context, answers } = data.train[0]!;
    expect(context.startsWith(answers[0]!.text, answers[0]!.start)).toBe(true);
    expect(data.skipped).toEqual([]);
  });

  test("medical questions and their kinds", async () => {
    const data = await openTexts(at("medquad-ccby", "medquad.tsv.gz"), {
      text: "question",
      label: "qtype",
    });
    expect(data.train.length + data.validation.length).toBe(16_407);
    expect(data.classes.length).toBeGreaterThanOrEqual(16);
  });

  test("textbooks, a paragraph a line", async () => {
    const data = await openTexts(at("openstax-ccby-corpus"), { task: "texts", validation: 0 });
    // Of 130,856 lines 3,654 are empty.
    expect(data.train.length).toBe(127_202);
  });

  test("lines with a tokenizer's words", async () => {
    const data = await openTexts(at("wordpiece-oracle", "golden_uncased.jsonl"), {
      task: "texts",
      text: "text",
      validation: 0,
    });
    expect(data.train.length + data.skipped.length).toBe(369);
  });

  test("pros and cons, a file a class, out of their archive", async () => {
    const zip = await openZip(fileSource(at("pros-cons", "pros_cons.zip")));
    const files: Record<string, Uint8Array> = {};
    for (const kind of ["Pros", "Cons"]) {
      files[`${kind}.txt`] = await zip.read(`pros_cons/Integrated${kind}.txt`);
    }
    await withFiles(files, async (folder) => {
      const data = await openTexts(folder, { validation: 0 });
      expect(data.classes).toEqual(["Cons", "Pros"]);
      // The archive has 45,901 lines: 24 of them are its README's, two are empty.
      expect(data.train.length + data.skipped.length).toBe(45_875);
    });
  });
});
