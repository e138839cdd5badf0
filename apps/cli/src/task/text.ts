import { type TextPair, textTask } from "@graft-ml/nlp";
import { type LabelledText, openTexts, type TextDataset } from "@graft-ml/nlp/node";
import type { TextEntry } from "../modality/texts.js";
import type { ClassesScored } from "../run/predictions.js";
import { balanced, oneClass } from "./classes.js";
import { explainedBy } from "./explain-texts.js";
import { byLength, checkForTexts, columnsOf, namedOutputs, onTexts, toScore } from "./on-texts.js";
import type { ClassesReading } from "./reading.js";
import type { TaskKind } from "./task-kind.js";

const common = oneClass<TextDataset, LabelledText>("text");

/** One class a text, or a pair of texts. */
export const textKind: TaskKind<
  TextDataset,
  LabelledText,
  ClassesScored,
  ClassesReading,
  TextEntry,
  TextPair
> = {
  ...common,
  ...onTexts<LabelledText>(),
  about: (names) => `tells ${names.length} classes of texts apart`,
  check(options) {
    checkForTexts(options);
    common.check(options);
  },
  open: (options) => openTexts(options.data, { validation: 0, ...columnsOf(options) }),
  openToScore: async (data, classes) =>
    toScore(
      await openTexts(data, { task: "classes", names: namedOutputs(classes), validation: 0 }),
    ),
  explaining: explainedBy(() => ({ of: "softmax" })),
  learning(options, { dataset, train }) {
    const { loss } = balanced(options, dataset);
    return { task: textTask({ loss }), ...byLength(options, train) };
  },
};
