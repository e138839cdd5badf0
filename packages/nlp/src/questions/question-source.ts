import { GraftError } from "@graft-ml/core";
import type { Answer } from "../data/dataset.js";
import type { BucketOptions } from "../tokenize/bucket-lengths.js";
import type { Tokenizer } from "../tokenize/encoding.js";
import { type TokenSource, tokenSource } from "../tokenize/token-source.js";
import {
  type AskedQuestion,
  answerTokens,
  type QuestionWindow,
  type QuestionWindowOptions,
  questionName,
  questionWindows,
} from "./question-windows.js";

/** A question with all answers that are right; none where the context has none. */
export type AnsweredContext = AskedQuestion & { readonly answers: readonly Answer[] };

export type QuestionSourceOptions = QuestionWindowOptions & {
  tokenizer: Tokenizer;
  questions: readonly AnsweredContext[];
  /** Lengths to pad to, as in `tokenSource`. */
  buckets?: readonly number[] | BucketOptions;
};

/** What `questionTask` reads, a row a window; and what its judge needs to turn tokens into text. */
export type QuestionSource = TokenSource & {
  readonly questions: readonly AnsweredContext[];
  readonly windows: readonly QuestionWindow[];
};

/**
 * Batches of tokens with `start_positions`, `end_positions`, both (B) int32: the first and last token of a
 * question's first answer, [CLS] in windows that do not hold all of it; and `window`, (B) int32. Throws
 * `dataset-invalid` for an answer that is not in its context, and what `questionWindows` throws.
 */
export function questionSource(options: QuestionSourceOptions): QuestionSource {
  const { tokenizer, questions, buckets } = options;
  for (const [at, question] of questions.entries()) checkAnswers(question, at);
  const windows = questionWindows(tokenizer, questions, options);
  const spans = windows.map((window) => {
    const answer = questions[window.question]!.answers[0];
    return (answer && answerTokens(window, answer)) ?? ([window.none, window.none] as const);
  });
  const field = (values: readonly number[]) =>
    ({ dtype: "int32", shape: [values.length], data: Int32Array.from(values) }) as const;
  const source = tokenSource({
    tokenizer,
    encodings: windows,
    fields: {
      start_positions: field(spans.map(([first]) => first)),
      end_positions: field(spans.map(([, last]) => last)),
      window: field(windows.map((_, at) => at)),
    },
    side: "right",
    ...(buckets ? { buckets } : {}),
  });
  return { ...source, questions, windows };
}

function checkAnswers(question: AnsweredContext, at: number): void {
  const lost = question.answers.find(
    ({ text, start }) => text === "" || !question.context.startsWith(text, start),
  );
  if (!lost) return;
  throw new GraftError(
    "dataset-invalid",
    `${questionName(question, at)} has the answer "${lost.text}" at ${lost.start}, and its context has "${question.context.slice(lost.start, lost.start + Math.max(1, lost.text.length))}" there. Correct where it starts, in UTF-16 code units, or leave the question out.`,
    { details: { question: at, answer: lost.text, start: lost.start } },
  );
}
