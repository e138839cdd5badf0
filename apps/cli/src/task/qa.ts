import { GraftError } from "@graft-ml/core";
import {
  type AskedQuestion,
  answerJudge,
  answerLoss,
  bestNoAnswer,
  openQuestionAnswerer,
  type QuestionSource,
  questionSource,
  questionTask,
  readAnswer,
  squadReport,
  type TextPair,
} from "@graft-ml/nlp";
import { openTexts, type QuestionDataset, type QuestionSample } from "@graft-ml/nlp/node";
import { type TextEntry, texts } from "../modality/texts.js";
import type { AnswersPrediction, AnswersScored } from "../run/predictions.js";
import { type ModelInput, tokenizerOf } from "../source/model-input.js";
import { finiteLoss } from "./finite-loss.js";
import {
  byLength,
  checkForTexts,
  checkNoColumns,
  lengthOf,
  rowsBy,
  toScore,
  usual,
} from "./on-texts.js";
import type { AnswersReading } from "./reading.js";
import { subjectOf } from "./subject.js";
import type { Answering, Opening, TaskKind } from "./task-kind.js";

/** A question of the data, or one that is asked with its context as the second text. */
type Item = QuestionSample | TextPair;

function askedOf(item: Item): AskedQuestion {
  if ("question" in item) return item;
  const { text, pair } = item;
  if (typeof text === "string" && typeof pair === "string") {
    return { question: text, context: pair };
  }
  throw new GraftError(
    "usage",
    `"${text}" comes without the text that holds its answer. Give both with a tab between them.`,
  );
}

async function answering({ input, ...opening }: Opening): Promise<Answering<Item>> {
  const network = await openQuestionAnswerer({
    ...opening,
    tokenizer: tokenizerOf(input),
    ...lengthOf(input),
  });
  return {
    outputs: (items) => network.outputs(items.map(askedOf)),
    judge: network.judge,
    close: network.close,
  };
}

/** Answers to questions that stand in the text they are asked about. */
export const qaKind: TaskKind<
  QuestionDataset,
  QuestionSample,
  AnswersScored,
  AnswersReading,
  TextEntry,
  Item
> = {
  modality: texts,
  metrics: ["f1", "exact"],
  loss: "cross-entropy of where answers begin and end",
  output: "end of answers",
  usual,
  about: () => "answers questions about texts",
  check(options) {
    checkForTexts(options);
    checkNoColumns(options);
    const { targets, balance, reject, labelSmoothing } = options;
    if (targets === null && balance === "none" && reject === null && labelSmoothing === 0) return;
    throw new GraftError(
      "usage",
      "--targets, --balance, --reject and --label-smoothing mean nothing for --task qa. Leave them out.",
    );
  },
  open: ({ data }) => openTexts(data, { task: "qa", validation: 0 }),
  openToScore: async (data) => toScore(await openTexts(data, { task: "qa", validation: 0 })),
  namesOf: () => ["start", "end"],
  has: () => true,
  source: (samples, { of: _, ...entry }) => questionSource({ ...entry, questions: samples }),
  learning: (options, { train, validation }) => ({
    // What `source` of this kind made.
    task: questionTask(validation ? { validation: validation as QuestionSource } : {}),
    ...byLength(options, train),
  }),
  answering,
  rows: rowsBy<QuestionSample, Item>(answering),
  read({ samples, rows, asking }) {
    if (samples.every(({ answers }) => answers.length > 0)) return { task: "qa" };
    const said = samples.map((sample, i) => {
      // Asked without a threshold: how far "none" lies above the best answer is what one is chosen on.
      const { text, noAnswer } = readAnswer(sample, rows[i]!, optionsOf(asking));
      return { predicted: text, answers: sample.answers.map((one) => one.text), noAnswer };
    });
    return { task: "qa", noAnswerThreshold: bestNoAnswer(said).f1.threshold };
  },
  scored: ({ samples, rows, reading, asking }) =>
    samples.map((sample, i) => predictionOf(sample, rows[i]!, optionsOf(asking, reading))),
  scoreOf({ predictions }) {
    const { f1, exact } = squadReport(
      predictions.map(({ answer, truth }) => ({ predicted: answer, answers: truth })),
    );
    const loss = predictions.reduce((sum, one) => sum + one.loss, 0) / predictions.length;
    return { f1, exact, loss };
  },
  judge({ reading, source }) {
    const { noAnswerThreshold: threshold } = reading;
    const judge = answerJudge(
      source as QuestionSource,
      threshold === undefined ? {} : { threshold },
    );
    return { ...judge, end: () => ({ ...judge.end(), details: {} }) };
  },
  answer(outputs, { reading, item, top: most, asking }) {
    const found = readAnswer(askedOf(item), outputs, optionsOf(asking, reading));
    const { text, score, start, end, top } = found;
    return { answer: text, score, start, end, ...(most > 1 ? { top: top.slice(0, most) } : {}) };
  },
  scores: (outputs) => outputs,
};

const optionsOf = (asking: ModelInput, { noAnswerThreshold }: Partial<AnswersReading> = {}) => ({
  tokenizer: tokenizerOf(asking),
  ...lengthOf(asking),
  ...(noAnswerThreshold === undefined ? {} : { threshold: noAnswerThreshold }),
});

function predictionOf(
  sample: QuestionSample,
  logits: Float32Array,
  options: ReturnType<typeof optionsOf>,
): AnswersPrediction {
  const { name, answers } = sample;
  const loss = finiteLoss(answerLoss(sample, logits, options), name);
  const { text } = readAnswer(sample, logits, options);
  return { ...subjectOf(sample), truth: answers.map((one) => one.text), answer: text, loss };
}
