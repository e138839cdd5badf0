import { expect, test } from "vitest";
import { smallTokenizer } from "../tokenize/testing.js";
import { answerJudge } from "./answer-judge.js";
import { questionSource } from "./question-source.js";

const tokenizer = smallTokenizer();
const context = "the cafe , a grafted tree ! the tree , a cafe";
const asked = (...texts: string[]) => ({
  question: "the tree",
  context,
  answers: texts.map((text) => ({ text, start: context.indexOf(text) })),
});

/** Judges logits of 0 but where `say` puts some: [window, token, first, last]. */
async function judged(
  source: ReturnType<typeof questionSource>,
  say: readonly (readonly [number, number, number, number])[],
  options: { threshold?: number; weight?: number[]; known?: boolean } = {},
) {
  const judge = answerJudge(options.known === false ? undefined : source, options);
  const rows = Array.from({ length: source.size }, (_, row) => row);
  const batch = await source.load(rows, { epoch: 0 });
  const [, length = 0] = batch.input_ids!.shape;
  const data = new Float32Array(2 * rows.length * length);
  for (const [window, token, first, last] of say) {
    data[2 * (window * length + token)] = first;
    data[2 * (window * length + token) + 1] = last;
  }
  const weight = options.weight && {
    weight: {
      dtype: "float32",
      shape: [rows.length],
      data: Float32Array.from(options.weight),
    } as const,
  };
  judge.add({ ...batch, ...weight }, { data, width: 2 });
  return judge.end();
}

test("the best window of a question counts, held against all its answers", async () => {
  const source = questionSource({
    tokenizer,
    questions: [asked("the tree", "tree"), asked("cafe")],
    maxLength: 12,
    stride: 3,
  });
  const { question, to } = source.windows[0]!;
  expect([question, to]).toEqual([0, 11]);
  const second = source.windows.findIndex((window) => window.question === 1);
  // Question 0: "grafted" in its first window, and "tree" with more weight in the second; 1: "the cafe".
  const treeAt = source.windows[1]!.starts.indexOf(context.indexOf("tree"));
  const { metrics, report, answers, best } = await judged(source, [
    [0, 8, 3, 0],
    [0, 9, 0, 3],
    [1, treeAt, 5, 5],
    [second, 4, 4, 0],
    [second, 5, 0, 4],
  ]);
  expect(answers.get(0)).toMatchObject({ text: "tree", start: context.indexOf("tree") });
  expect(answers.get(1)?.text).toBe("the cafe");
  // SQuAD's scripts leave out articles.
  expect(metrics).toMatchObject({ exact: 1, f1: 1 });
  expect(report).toEqual({ exact: 1, f1: 1, count: 2 });
  expect(best).toBeUndefined();
});

test("questions without an answer count where they are left alone, and a threshold is looked for", async () => {
  const source = questionSource({ tokenizer, questions: [asked("cafe"), asked(), asked("cafe")] });
  const cafe = 5;
  // By how much "none" lies above: -6, 2 and 1.
  const say = [
    [0, cafe, 3, 3],
    [1, cafe, 1, 1],
    [1, 0, 2, 2],
    [2, cafe, 2, 2],
    [2, 0, 2.5, 2.5],
  ] as const;
  const { metrics, report, best, answers } = await judged(source, say);
  expect([...answers.values()].map(({ text, noAnswer }) => [text, noAnswer])).toEqual([
    ["cafe", -6],
    ["", 2],
    ["", 1],
  ]);
  expect(metrics.exact).toBeCloseTo(2 / 3, 12);
  expect(report).toMatchObject({ hasAnswer: { exact: 0.5 }, noAnswer: { exact: 1, count: 1 } });
  expect(best?.exact).toEqual({ score: 1, threshold: 1 });
  const chosen = await judged(source, say, { threshold: 1 });
  expect(chosen.metrics.exact).toBe(1);
});

test("windows of weight 0 do not count; without the questions there are loss and accuracy", async () => {
  const source = questionSource({ tokenizer, questions: [asked("cafe"), asked("cafe")] });
  const say = [[0, 5, 9, 9]] as const;
  const one = await judged(source, say, { weight: [1, 0] });
  expect(one.metrics).toMatchObject({ accuracy: 1, exact: 1 });
  const { length } = source.windows[0]!.ids;
  const plain = await judged(source, say, { known: false });
  expect(plain.metrics).toEqual({
    loss: expect.closeTo((Math.log(Math.exp(9) + length - 1) - 9 + Math.log(length)) / 2, 5),
    accuracy: 0.5,
  });
});
