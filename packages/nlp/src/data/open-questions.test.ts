import { join } from "node:path";
import { expect, test } from "vitest";
import { withFiles } from "../testing-node.js";
import { type OpenTextsOptions, openTexts } from "./open-texts.js";

async function open(name: string, content: string | Uint8Array, options: OpenTextsOptions<"qa">) {
  return withFiles({ [name]: content }, (root) =>
    openTexts(join(root, name), { validation: 0, ...options }),
  );
}

const squad = (qas: readonly object[], context = "A 😀 red fox. A red fox ran.") =>
  JSON.stringify({ data: [{ title: "T", paragraphs: [{ context, qas }] }] });

test("questions: offsets in code points, answers that moved, and none at all", async () => {
  const data = await open(
    "s.json",
    squad([
      { id: "a", question: "What?", answers: [{ text: "red fox", answer_start: 4 }] },
      { id: "b", question: "What?", answers: [{ text: "red fox", answer_start: 14 }] },
      { id: "c", question: "Who?", answers: [], is_impossible: true },
      { id: "d", question: "Why?", answers: [{ text: "blue", answer_start: 0 }] },
      { id: "a", question: "Twice?", answers: [] },
    ]),
    { task: "qa" },
  );
  expect(data.train.map(({ id, answers }) => [id, answers])).toEqual([
    ["a", [{ text: "red fox", start: 5 }]],
    ["b", [{ text: "red fox", start: 16 }]],
    ["c", []],
  ]);
  expect(data.skipped.map(({ name, reason }) => `${name} ${reason}`)).toEqual([
    's.json:d has the answer "blue", which its context does not hold',
    "s.json:a has the id of an earlier question",
  ]);
  expect(data.notes.join()).toMatch(/1 answers did not stand where they should .*s\.json:b/);
});
