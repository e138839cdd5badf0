import { expect, test } from "vitest";
import { smallTokenizer } from "../tokenize/testing.js";
import { answerTokens, questionWindows } from "./question-windows.js";
import { answerLoss, readAnswer } from "./read-answer.js";

const tokenizer = smallTokenizer();
const context = "the tree, a cafe, the grafted trees!";
const asked = { question: "a tree", context };

/** Logits (S, 2) of each window, where these answers begin and end. */
function logitsOf(options: { maxLength?: number; stride?: number }, says: Record<string, number>) {
  const windows = questionWindows(tokenizer, [asked], options);
  return Float32Array.from(
    windows.flatMap((window) => {
      const own = new Array<number>(2 * window.ids.length).fill(0);
      for (const [text, logit] of Object.entries(says)) {
        const start = context.indexOf(text);
        const tokens =
          text === "" ? [window.none, window.none] : answerTokens(window, { text, start });
        if (!tokens) continue;
        own[2 * tokens[0]!] = logit;
        own[2 * tokens[1]! + 1] = logit;
      }
      return own;
    }),
  );
}

test("the likeliest stretch of the context is the answer, as the context spells it", () => {
  const logits = logitsOf({}, { "grafted trees": 4, cafe: 2 });
  const found = readAnswer(asked, logits, { tokenizer });
  const start = context.indexOf("grafted");
  expect(found).toMatchObject({ text: "grafted trees", start, end: start + 13 });
  expect(found.top[0]).toMatchObject({ text: "grafted trees" });
  expect(found.score).toBeGreaterThan(found.top[1]!.score);
  expect(found.noAnswer).toBeCloseTo(-8, 5);
});

test("an answer is found in whichever of the windows holds it", () => {
  const options = { tokenizer, maxLength: 10, stride: 2 };
  expect(questionWindows(tokenizer, [asked], options).length).toBeGreaterThan(2);
  for (const text of ["the tree", "cafe", "grafted"]) {
    const { text: answer, start } = readAnswer(asked, logitsOf(options, { [text]: 5 }), options);
    expect([answer, start]).toEqual([text, context.indexOf(text)]);
  }
});

test("above the threshold there is no answer", () => {
  const logits = logitsOf({}, { cafe: 2, "": 3 });
  const found = (threshold: number) => readAnswer(asked, logits, { tokenizer, threshold });
  expect(found(1.9)).toMatchObject({ text: "", start: 0, end: 0 });
  expect(found(1.9).noAnswer).toBeCloseTo(2, 5);
  expect(found(2.1).text).toBe("cafe");
  expect(readAnswer(asked, logits, { tokenizer }).text).toBe("cafe");
});

test("the loss is half the cross-entropies of both ends, [CLS] where there is no answer", () => {
  const [window] = questionWindows(tokenizer, [asked]);
  const tokens = window!.ids.length;
  const right = { text: "cafe", start: context.indexOf("cafe") };
  const loss = (answers: readonly (typeof right)[], says: Record<string, number>) =>
    answerLoss({ ...asked, answers }, logitsOf({}, says), { tokenizer });
  expect(loss([right], {})).toBeCloseTo(Math.log(tokens), 5);
  const sure = Math.log(Math.exp(3) + tokens - 1) - 3;
  expect(loss([right], { cafe: 3 })).toBeCloseTo(sure, 5);
  expect(loss([], { "": 3 })).toBeCloseTo(sure, 5);
  expect(loss([right], { "": 3 })).toBeCloseTo(sure + 3, 5);
});
