import { readGolden } from "@graft-ml/core/testing";
import { expect, test } from "vitest";
import { type AnsweredQuestion, bestNoAnswer, squadReport } from "./squad-report.js";
import { answerWords } from "./squad-words.js";

type Score = { exact: number; f1: number; count: number };
const golden = readGolden<{
  words: [string, string[]][];
  questions: AnsweredQuestion[];
  all: Score;
  hasAnswer: Score;
  noAnswer: Score;
  above0: Score;
  best: Record<"exact" | "f1", { score: number; threshold: number }>;
}>(import.meta.url, "golden/squad.json");

const close = ({ exact, f1, count }: Score) => ({
  exact: expect.closeTo(exact, 12),
  f1: expect.closeTo(f1, 12),
  count,
});

test("words are Python's, of any script", () => {
  for (const [answer, words] of golden.words) expect(answerWords(answer), answer).toEqual(words);
});

test("exact match and F1 are the reference's, with and without answers", () => {
  const { hasAnswer, noAnswer, all, above0, questions } = golden;
  expect(squadReport(questions)).toEqual({
    ...close(all),
    hasAnswer: close(hasAnswer),
    noAnswer: close(noAnswer),
  });
  expect(squadReport(questions, { threshold: 0 })).toMatchObject(close(above0));
});

test("the best threshold is the one found by trying all", () => {
  const best = bestNoAnswer(golden.questions);
  for (const key of ["exact", "f1"] as const) {
    expect(best[key].score).toBeCloseTo(golden.best[key].score, 12);
    expect(best[key].threshold).toBe(golden.best[key].threshold);
  }
  expect(() => bestNoAnswer([{ predicted: "x", answers: ["x"] }])).toThrow(
    /Question 0 has no score/,
  );
});
