import { logSoftmax } from "../network/log-softmax.js";
import type { Tokenizer } from "../tokenize/encoding.js";
import {
  type BestAnswerOptions,
  bestAnswer,
  type QuestionAnswer,
  windowAnswers,
} from "./best-answers.js";
import type { AnsweredContext } from "./question-source.js";
import {
  type AskedQuestion,
  answerTokens,
  type QuestionWindow,
  type QuestionWindowOptions,
  questionWindows,
} from "./question-windows.js";

export type ReadAnswerOptions = QuestionWindowOptions &
  BestAnswerOptions & { tokenizer: Tokenizer };

/** What the logits of a question's windows, (S, 2) each, one after the other, say: as `outputs` of an answerer gives them. */
export const readAnswer = (
  question: AskedQuestion,
  logits: Float32Array,
  options: ReadAnswerOptions,
): QuestionAnswer => {
  const said = windowsOf(question, logits, options).map(({ window, own }) =>
    windowAnswers(window, own, options),
  );
  return bestAnswer(question.context, said, options);
};

/** Mean over the windows of half the cross-entropies of where the first right answer begins and ends, as `questionTask` has it. */
export function answerLoss(
  question: AnsweredContext,
  logits: Float32Array,
  options: ReadAnswerOptions,
): number {
  const [answer] = question.answers;
  const losses = windowsOf(question, logits, options).map(({ window, own }) => {
    const { none } = window;
    const [first, last] = (answer && answerTokens(window, answer)) ?? [none, none];
    const side = (at: number) => logSoftmax(own.filter((_, place) => place % 2 === at));
    return -(side(0)[first]! + side(1)[last]!) / 2;
  });
  return losses.reduce((a, b) => a + b, 0) / losses.length;
}

function windowsOf(question: AskedQuestion, logits: Float32Array, options: ReadAnswerOptions) {
  let from = 0;
  return questionWindows(options.tokenizer, [question], options).map((window: QuestionWindow) => {
    const own = logits.subarray(from, from + 2 * window.ids.length);
    from += own.length;
    return { window, own };
  });
}
