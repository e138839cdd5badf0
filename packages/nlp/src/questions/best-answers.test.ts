import { formulaValues, readGolden } from "@graft-ml/core/testing";
import { expect, test } from "vitest";
import { bestAnswer, windowAnswers } from "./best-answers.js";
import type { QuestionWindow } from "./question-windows.js";

type Chosen = {
  readonly name: string;
  readonly sizes: { windows: number; length: number; asked: number; step: number };
  readonly nBest: number;
  readonly maxAnswer: number;
  readonly spans: [number, number][];
  readonly scores: number[];
  readonly withNone: number[];
  readonly noAnswer: number;
};
const { answers } = readGolden<{ answers: Chosen[] }>(
  import.meta.url,
  "../network/golden/token-heads.json",
);

const context = Array.from({ length: 100 }, (_, at) => String.fromCharCode(97 + (at % 26))).join(
  "",
);

/** Tokens of two letters each, behind the question's. */
function windowAt(at: number, { length, asked, step }: Chosen["sizes"]): QuestionWindow {
  const places = Array.from({ length }, (_, token) => 2 * (at * step + token - asked));
  return {
    question: 0,
    ids: new Int32Array(length),
    typeIds: new Int32Array(length),
    from: asked,
    to: length,
    starts: Int32Array.from(places),
    ends: Int32Array.from(places, (place) => place + 2),
    none: 0,
  };
}

test.each(answers)("of $name the answers are those found by trying all", (golden) => {
  const { name, sizes, spans, scores, withNone, noAnswer, ...options } = golden;
  const windows = Array.from({ length: sizes.windows }, (_, at) =>
    windowAnswers(
      windowAt(at, sizes),
      formulaValues(`${name} ${at}`, 2 * sizes.length, -4, 4),
      options,
    ),
  );
  const always = bestAnswer(context, windows, options);
  expect(always.top.map(({ start, end }) => [start, end])).toEqual(spans);
  for (const [at, { score, text, start, end }] of always.top.entries()) {
    expect(score).toBeCloseTo(scores[at]!, 6);
    expect(text).toBe(context.slice(start, end));
  }
  expect(always).toMatchObject(always.top[0]!);
  expect(always.noAnswer).toBeCloseTo(noAnswer, 5);
  const above = bestAnswer(context, windows, { ...options, threshold: noAnswer + 1e-3 });
  expect(above.text).toBe(always.text);
  expect(above.score).toBeCloseTo(withNone[0]!, 6);
  const below = bestAnswer(context, windows, { ...options, threshold: noAnswer - 1e-3 });
  expect(below).toMatchObject({ text: "", start: 0, end: 0 });
  expect(below.top).toHaveLength(spans.length + 1);
});

test("a context without a token is never answered", () => {
  const empty = { ...windowAt(0, { windows: 1, length: 4, asked: 4, step: 0 }), from: 4, to: 4 };
  const found = bestAnswer("", [windowAnswers(empty, new Float32Array(8))]);
  expect(found).toMatchObject({ text: "", score: 1, top: [{ text: "" }] });
});
