import { GraftError, type JudgeProgress } from "@graft-ml/core";
import {
  mostTokens,
  openTokenNetwork,
  type TokenNetworkOptions,
} from "../network/token-network.js";
import { type AnswerVerdict, answerJudge } from "./answer-judge.js";
import {
  type BestAnswerOptions,
  bestAnswer,
  type QuestionAnswer,
  type WindowAnswers,
  windowAnswers,
} from "./best-answers.js";
import type { QuestionSource } from "./question-source.js";
import { questionTask } from "./question-task.js";
import {
  type AskedQuestion,
  type QuestionWindowOptions,
  questionWindows,
} from "./question-windows.js";

export type QuestionAnswererOptions = TokenNetworkOptions &
  QuestionWindowOptions &
  BestAnswerOptions;

/** Holds the network on the engine until it is closed. */
export type QuestionAnswerer = {
  /** Questions about texts of any length to their answers. Throws `dataset-invalid` for a question that fills a window alone. */
  answer(questions: readonly AskedQuestion[]): Promise<readonly QuestionAnswer[]>;
  /** Judges what `questionSource` gives. */
  evaluate(
    source: QuestionSource,
    options?: { batchSize?: number; signal?: AbortSignal },
  ): AsyncGenerator<JudgeProgress, AnswerVerdict & { readonly count: number }>;
  close(): Promise<void>;
};

/** Throws `config-invalid` for a model without the head for answers, `withBertHead(config, { head: "question" })`. */
export async function openQuestionAnswerer(
  options: QuestionAnswererOptions,
): Promise<QuestionAnswerer> {
  const { model, tokenizer } = options;
  if (model.numClasses !== 2 || model.classifier !== "qa_outputs") {
    throw new GraftError(
      "config-invalid",
      `The model "${model.architecture}" ends with "${model.classifier}" for ${model.numClasses} classes; answers need "qa_outputs". Train it on questions first.`,
      { details: { classifier: model.classifier, classes: model.numClasses } },
    );
  }
  const network = await openTokenNetwork({ ...options, task: questionTask() });
  return {
    answer: async (questions) => {
      const most = Math.min(384, mostTokens(options));
      const windows = questionWindows(tokenizer, questions, { maxLength: most, ...options });
      const logits = await network.outputs(windows);
      const said: WindowAnswers[][] = questions.map(() => []);
      for (const [at, window] of windows.entries()) {
        said[window.question]!.push(windowAnswers(window, logits[at]!, options));
      }
      return questions.map(({ context }, at) => bestAnswer(context, said[at]!, options));
    },
    evaluate: (source, given = {}) =>
      network.judge(source, { ...given, judge: answerJudge(source, options) }),
    close: () => network.close(),
  };
}
