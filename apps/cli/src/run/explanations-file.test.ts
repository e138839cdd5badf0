import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scratchFolder } from "../testing.js";
import { readExplanations, saveExplanations } from "./explanations-file.js";

let folder = "";
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
});
afterAll(() => remove());

test("what was asked is kept a line a text; where nothing was, there is none; damage is told", async () => {
  const path = join(folder, "explanations.jsonl");
  expect(await readExplanations(path)).toEqual([]);
  const one = {
    name: "reviews.csv:3",
    target: "liked",
    score: 0.75,
    baselineScore: 0.5,
    words: [{ text: "superb", start: 2, end: 8, score: 0.25 }],
    pairWords: [],
    gap: 1e-3,
    steps: 32,
  };
  await saveExplanations(path, [one, { ...one, name: "reviews.csv:9" }]);
  const kept = await readExplanations(path);
  expect(kept).toMatchObject([one, { name: "reviews.csv:9" }]);
  await writeFile(path, '{"type":"explanation","name":"a"}\n');
  await expect(readExplanations(path)).rejects.toMatchObject({ code: "run-invalid" });
});
