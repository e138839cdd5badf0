import { openTextAttributor, type TextAttributorOptions, type TextPair } from "@graft-ml/nlp";
import { tokenizerOf } from "../source/model-input.js";
import type { Explainer } from "./explanation.js";
import { lengthOf } from "./on-texts.js";
import type { Opening } from "./task-kind.js";

/** 16 points of the line are one pass of a text; up to nine times as many where the words do not add up. */
const limits = { steps: 16, maxSteps: 144 };

/** Shares a score of each text among its words: integrated gradients. */
export const explainedBy =
  <R>(scoreOf: (reading: R) => Pick<TextAttributorOptions, "of" | "tolerance">) =>
  async ({
    input,
    names,
    reading,
    ...opening
  }: Opening & { readonly names: readonly string[]; readonly reading: R }): Promise<
    Explainer<TextPair>
  > => {
    const attributor = await openTextAttributor({
      ...opening,
      ...limits,
      ...scoreOf(reading),
      classes: names,
      tokenizer: tokenizerOf(input),
      ...lengthOf(input),
    });
    return {
      explain: ({ text, pair }, target) =>
        attributor.attribute(
          pair === undefined ? { text } : { text, pair },
          target === undefined ? {} : { target },
        ),
      close: attributor.close,
    };
  };
