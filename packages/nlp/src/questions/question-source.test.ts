import { expect, test } from "vitest";
import { smallTokenizer } from "../tokenize/testing.js";
import { type AnsweredContext, questionSource } from "./question-source.js";
import { questionWindows } from "./question-windows.js";

const tokenizer = smallTokenizer();
const context = "the tree , the cafe , a grafted tree ! the trees";

const asked = (text: string, more: Partial<AnsweredContext> = {}): AnsweredContext => ({
  question: "the tree",
  context,
  answers: text === "" ? [] : [{ text, start: context.indexOf(text) }],
  ...more,
});

const source = (questions: readonly AnsweredContext[], options: object = {}) =>
  questionSource({ tokenizer, questions, ...options });

async function fieldsOf(made: ReturnType<typeof source>) {
  const rows = Array.from({ length: made.size }, (_, row) => row);
  return made.load(rows, { epoch: 0 });
}

test("answers are tokens, and those cut by a word's middle the whole of its pieces", async () => {
  const made = source([asked("grafted tree"), asked("raft"), asked("")]);
  const {
    start_positions: starts,
    end_positions: ends,
    token_type_ids: types,
  } = await fieldsOf(made);
  // [CLS] the tree [SEP] the tree , the cafe , a graft ##ed tree ! the tree ##s [SEP]
  expect([...starts!.data]).toEqual([11, 11, 0]);
  expect([...ends!.data]).toEqual([13, 11, 0]);
  expect([...types!.data.subarray(0, 6)]).toEqual([0, 0, 0, 0, 1, 1]);
});

test("windows without the whole answer point to [CLS]", async () => {
  const made = source([asked("grafted tree")], { maxLength: 11, stride: 3 });
  const { start_positions: starts, end_positions: ends } = await fieldsOf(made);
  const held = made.windows.map(({ ids }, at) => {
    const own = ids.subarray(starts!.data[at], ends!.data[at]! + 1);
    return Array.from(own, (id) => tokenizer.idToToken(id)).join(" ");
  });
  expect(held).toContain("graft ##ed tree");
  expect(new Set(held)).toEqual(new Set(["[CLS]", "graft ##ed tree"]));
  const places = made.windows.flatMap(({ from, to, starts }) => [...starts.subarray(from, to)]);
  expect(new Set(places).size).toBe(14);
});

test("offsets are those of the context, whatever stands before", () => {
  const emoji = { question: "a", context: "🌳 Café !" };
  const [window] = questionWindows(tokenizer, [emoji]);
  const { from, to, starts, ends } = window!;
  const pieces = Array.from({ length: to - from }, (_, at) =>
    emoji.context.slice(starts[from + at], ends[from + at]),
  );
  expect(pieces).toEqual(["🌳", "Café", "!"]);
});

test("a long question leaves fewer tokens to share, until it leaves none", () => {
  const question = "the tree ".repeat(3);
  const windows = questionWindows(tokenizer, [{ question, context }], { maxLength: 13 });
  expect(windows.every(({ ids }) => ids.length <= 13)).toBe(true);
  expect(windows.length).toBeGreaterThan(1);
  expect(() =>
    questionWindows(tokenizer, [{ question, context, id: "q7" }], { maxLength: 9 }),
  ).toThrow(
    /Question q7 \("the tree the tree the tree "\) has 6 tokens.*window of 9: 5 tokens at most/,
  );
});

test("an answer that is not in its context is told with what stands there", () => {
  const wrong = asked("cafe", { answers: [{ text: "café", start: 4 }] });
  expect(() => source([wrong])).toThrow(
    /Question 1 \("the tree"\) has the answer "café" at 4, and its context has "tree" there/,
  );
  expect(() => source([asked("x", { answers: [{ text: "", start: 0 }] })])).toThrow(/answer ""/);
});

test("a tokenizer without offsets can't find answers", () => {
  const blind = {
    ...tokenizer,
    encode: (...given: Parameters<typeof tokenizer.encode>) => ({
      ...tokenizer.encode(...given),
      starts: null,
      ends: null,
    }),
  };
  expect(() => questionWindows(blind, [{ question: "a", context }])).toThrow(
    /does not tell where tokens stand/,
  );
});
