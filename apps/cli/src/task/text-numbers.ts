import { type TextPair, textNumbersTask } from "@graft-ml/nlp";
import { openTexts, type TargetText, type TextTable } from "@graft-ml/nlp/node";
import type { TextEntry } from "../modality/texts.js";
import type { NumbersScored } from "../run/predictions.js";
import { explainedBy } from "./explain-texts.js";
import { byLength, checkForTexts, columnsOf, namedOutputs, onTexts, toScore } from "./on-texts.js";
import type { NumbersReading } from "./reading.js";
import { predictedNumbers, scaleOf } from "./targets.js";
import type { TaskKind } from "./task-kind.js";

const common = predictedNumbers<TextTable, TargetText>("text-numbers");

/** Numbers to predict of texts, such as how alike two are. */
export const textNumbersKind: TaskKind<
  TextTable,
  TargetText,
  NumbersScored,
  NumbersReading,
  TextEntry,
  TextPair
> = {
  ...common,
  ...onTexts<TargetText>(),
  about: (names) =>
    names.length === 1 ? "predicts a number of texts" : `predicts ${names.length} numbers of texts`,
  check(options) {
    checkForTexts(options);
    common.check(options);
  },
  open: ({ targets, ...options }) =>
    openTexts(options.data, {
      task: "regression",
      validation: 0,
      ...columnsOf(options),
      ...(targets === null ? {} : { label: targets }),
    }),
  openToScore: async (data, classes) =>
    toScore(
      await openTexts(data, { task: "regression", names: namedOutputs(classes), validation: 0 }),
    ),
  // Its outputs are the numbers themselves.
  explaining: explainedBy(({ scale }) => ({
    of: "logit",
    tolerance: 0.01 * Math.min(...scale.std),
  })),
  learning: (options, { dataset, train }) => ({
    task: textNumbersTask(scaleOf(dataset)),
    ...byLength(options, train),
  }),
};
