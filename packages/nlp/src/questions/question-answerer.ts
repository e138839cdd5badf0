import { GraftError, type JudgeProgress } from "@graft-ml/core";
import {
  mostTokens,
  openTokenNetwork,
  type TokenNetwork,
  type TokenNetworkOptions,
} from "../network/token-network.js";
import { type AnswerVerdict, answerJudge } from "./answer-judge.js";
import type { BestAnswerOptions, QuestionAnswer } from "./best-answers.js";
import type { QuestionSource } from "./question-source.js";
import { questionTask } from "./question-task.js";
import {
  type AskedQuestion,
  type QuestionWindowOptions,
  questionWindows,
} from "./question-windows.js";
import { readAnswer } from "./read-answer.js";

export type QuestionAnswererOptions = TokenNetworkOptions &
  QuestionWindowOptions &
  BestAnswerOptions;

/** Holds the network on the engine until it is closed. */
export type QuestionAnswerer = {
  /** Questions about texts of any length to their answers. Throws `dataset-invalid` for a question that fills a window alone. */
  answer(questions: readonly AskedQuestion[]): Promise<readonly QuestionAnswer[]>;
  /** The same as logits, (S, 2) of each of a question's windows, one after the other, for `readAnswer`. */
  outputs(questions: readonly AskedQuestion[]): Promise<readonly Float32Array[]>;
  /** Judges what `questionSource` gives. */
  evaluate(
    source: QuestionSource,
    options?: { batchSize?: number; signal?: AbortSignal },
  ): AsyncGenerator<JudgeProgress, AnswerVerdict & { readonly count: number }>;
  /** Judges the same by another judge; returns the verdict. */
  judge: TokenNetwork["judge"];
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
  const reading = {
    ...options,
    maxLength: options.maxLength ?? Math.min(384, mostTokens(options)),
  };
  const outputs = async (questions: readonly AskedQuestion[]): Promise<readonly Float32Array[]> => {
    const windows = questionWindows(tokenizer, questions, reading);
    const logits = await network.outputs(windows);
    return questions.map((_, question) => {
      const own = logits.filter((__, at) => windows[at]!.question === question);
      return Float32Array.from(own.flatMap((row) => [...row]));
    });
  };
  return {
    outputs,
    answer: async (questions) => {
      const rows = await outputs(questions);
      return questions.map((question, at) => readAnswer(question, rows[at]!, reading));
    },
    evaluate: (source, given = {}) =>
      network.judge(source, { ...given, judge: answerJudge(source, options) }),
    judge: network.judge,
    close: () => network.close(),
  };
}
