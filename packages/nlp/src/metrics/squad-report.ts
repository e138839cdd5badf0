import { GraftError } from "@graft-ml/core";
import { answerF1, answerWords, exactMatch } from "./squad-words.js";

/** What was answered to a question, and what is right. */
export type AnsweredQuestion = {
  /** "" where it is said that there is no answer. */
  readonly predicted: string;
  /** All right answers; none where there is no answer. */
  readonly answers: readonly string[];
  /** How likely there is no answer, on any scale; higher is likelier. Needed for a threshold only. */
  readonly noAnswer?: number;
};

export type AnswerScore = {
  /** Shares, 0 to 1: of answers with exactly the words of a right one, and of words by F1. */
  readonly exact: number;
  readonly f1: number;
  readonly count: number;
};

export type BestAnswerScore = {
  readonly score: number;
  /** Answers of questions with a higher `noAnswer` are dropped. */
  readonly threshold: number;
};

export type SquadReport = AnswerScore & {
  /** Questions with an answer, and without one (SQuAD 2.0), where there are any. */
  readonly hasAnswer?: AnswerScore;
  readonly noAnswer?: AnswerScore;
};

/**
 * Exact match and F1 as SQuAD's own scripts define them, 1.1 (Rajpurkar et al. 2016) and 2.0 (Rajpurkar
 * et al. 2018): the best over a question's right answers, 1 for "" where there is none. Answers of
 * questions whose `noAnswer` is above `threshold` count as "". Throws `shape-mismatch`.
 */
export function squadReport(
  questions: readonly AnsweredQuestion[],
  options: { threshold?: number } = {},
): SquadReport {
  const { threshold = Number.POSITIVE_INFINITY } = options;
  const scored = questions.map((question) => {
    const predicted = (question.noAnswer ?? 0) > threshold ? "" : question.predicted;
    return { ...scoreOne({ ...question, predicted }), hasAnswer: question.answers.length > 0 };
  });
  const [has, none] = [true, false].map((side) => scored.filter((one) => one.hasAnswer === side));
  return {
    ...meanOf(scored),
    ...(none!.length === 0 ? {} : { noAnswer: meanOf(none!) }),
    ...(none!.length === 0 || has!.length === 0 ? {} : { hasAnswer: meanOf(has!) }),
  };
}

/**
 * The best exact match and F1 over all thresholds on `noAnswer`, as SQuAD 2.0's script searches them.
 * Throws `shape-mismatch` where a question has no `noAnswer`.
 */
export function bestNoAnswer(questions: readonly AnsweredQuestion[]): {
  readonly exact: BestAnswerScore;
  readonly f1: BestAnswerScore;
} {
  const order = questions.map((question, at) => {
    if (question.noAnswer !== undefined) return { ...question, noAnswer: question.noAnswer };
    throw new GraftError(
      "shape-mismatch",
      `Question ${at} has no score for having no answer. Pass noAnswer with each.`,
      { details: { question: at } },
    );
  });
  order.sort((a, b) => a.noAnswer - b.noAnswer);
  return { exact: search(order, "exact"), f1: search(order, "f1") };
}

function search(
  order: readonly (AnsweredQuestion & { noAnswer: number })[],
  key: "exact" | "f1",
): BestAnswerScore {
  // At first nothing is answered; then one question after the other is.
  let sum = order.filter(({ answers }) => answers.length === 0).length;
  let best = { sum, threshold: 0 };
  for (const question of order) {
    if (question.answers.length > 0) sum += scoreOne(question)[key];
    else if (question.predicted !== "") sum -= 1;
    if (sum > best.sum) best = { sum, threshold: question.noAnswer };
  }
  return { score: best.sum / order.length, threshold: best.threshold };
}

function scoreOne({ predicted, answers }: AnsweredQuestion): { exact: number; f1: number } {
  // An answer of articles and punctuation alone says nothing.
  const said = answers.filter((answer) => answerWords(answer).length > 0);
  const right = said.length > 0 ? said : [""];
  return {
    exact: Math.max(...right.map((answer) => exactMatch(predicted, answer))),
    f1: Math.max(...right.map((answer) => answerF1(predicted, answer))),
  };
}

function meanOf(scores: readonly { exact: number; f1: number }[]): AnswerScore {
  const mean = (key: "exact" | "f1"): number =>
    scores.reduce((sum, score) => sum + score[key], 0) / scores.length;
  return { exact: mean("exact"), f1: mean("f1"), count: scores.length };
}
