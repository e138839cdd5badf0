import { join } from "node:path";
import { expect, test } from "vitest";
import { withFiles } from "../testing-node.js";
import { type OpenTextsOptions, openTexts } from "./open-texts.js";

async function open(
  name: string,
  content: string | Uint8Array,
  options: OpenTextsOptions<"tokens">,
) {
  return withFiles({ [name]: content }, (root) =>
    openTexts(join(root, name), { validation: 0, ...options }),
  );
}

test("sentences: broken tags are repaired and told by their line, or are an error", async () => {
  const conll =
    "-DOCSTART- -X- O\n\nThe DT O\nlung NN I-Organ\n. . O\n\n-DOCSTART- -X- O\n\nBig JJ B-Organ\nheart NN I-Organ\n";
  const data = await open("t.conll", conll, { task: "tokens" });
  expect(data.tags).toEqual(["O", "B-Organ", "I-Organ"]);
  expect(data.train).toEqual([
    {
      name: "t.conll:3",
      group: "t.conll document 1",
      tokens: ["The", "lung", "."],
      labels: [0, 1, 0],
    },
    { name: "t.conll:9", group: "t.conll document 2", tokens: ["Big", "heart"], labels: [1, 2] },
  ]);
  expect(data.notes.join()).toMatch(/1 tags are not allowed by BIO .*t\.conll:4 I-Organ after O/);
  await expect(open("t.conll", conll, { task: "tokens", strict: true })).rejects.toThrow(
    /t\.conll:4 I-Organ after O is not allowed by BIO/,
  );
  const broken = "a O\nb\n\nc O\nd B-X\n";
  const rest = await open("b.conll", broken, { task: "tokens" });
  expect(rest.skipped).toEqual([{ name: "b.conll:1", reason: 'in line 2 has "b" without a tag' }]);
  const lists = '{"tokens":["a","b"],"ner_tags":[0,1]}\n{"tokens":["c"],"ner_tags":[0,1]}\n';
  const names = ["O", "B-X", "I-X"];
  const table = await open("t.jsonl", lists, { task: "tokens", names });
  expect(table.train[0]!.labels).toEqual([0, 1]);
  expect(table.skipped[0]!.reason).toBe("has 1 tokens, but 2 tags");
  await expect(open("t.jsonl", lists, { task: "tokens" })).rejects.toThrow(/numbers as tags/);
  const plain = await open("pos.conll", "A DET\ncat NOUN\n", { task: "tokens" });
  expect(plain.tags).toEqual(["DET", "NOUN"]);
});
