import { type TextPair, textLabelsTask } from "@graft-ml/nlp";
import { openTexts, type TargetText, type TextTable } from "@graft-ml/nlp/node";
import type { TextEntry } from "../modality/texts.js";
import type { LabelsScored } from "../run/predictions.js";
import { explainedBy } from "./explain-texts.js";
import { severalLabels, weighed } from "./labels.js";
import { byLength, checkForTexts, columnsOf, namedOutputs, onTexts, toScore } from "./on-texts.js";
import type { LabelsReading } from "./reading.js";
import type { TaskKind } from "./task-kind.js";

const common = severalLabels<TextTable, TargetText>("text-labels");

/** Any number of labels a text. */
export const textLabelsKind: TaskKind<
  TextTable,
  TargetText,
  LabelsScored,
  LabelsReading,
  TextEntry,
  TextPair
> = {
  ...common,
  ...onTexts<TargetText>(),
  about: (names) => `gives texts any number of ${names.length} labels`,
  check(options) {
    checkForTexts(options);
    common.check(options);
  },
  open: (options) =>
    openTexts(options.data, { task: "multi-label", validation: 0, ...columnsOf(options) }),
  openToScore: async (data, classes) =>
    toScore(
      await openTexts(data, { task: "multi-label", names: namedOutputs(classes), validation: 0 }),
    ),
  explaining: explainedBy(() => ({ of: "sigmoid" })),
  learning: (options, { dataset, train }) => ({
    task: textLabelsTask({ loss: weighed(options, dataset) }),
    ...byLength(options, train),
  }),
};
