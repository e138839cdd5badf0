import { randomWords } from "@graft-ml/core";
import type { TextPair, TokenRow } from "@graft-ml/nlp";
import type { TextInput } from "../source/model-input.js";
import type { AnyText } from "../task/task-kind.js";

/** Texts as the network gets them. */
export const tokenRows = (
  texts: readonly TextPair[],
  { tokenizer, maxLength }: TextInput,
): readonly TokenRow[] =>
  texts.map(({ text, pair }) =>
    tokenizer.encode(text, { maxLength, ...(pair === undefined ? {} : { pair }) }),
  );

/** What is read of a sample, whatever is to be learned of it. */
export function textsOf(sample: AnyText): TextPair {
  if ("tokens" in sample) return { text: sample.tokens };
  if ("question" in sample) return { text: sample.question, pair: sample.context };
  return sample;
}

const LONGEST = 24;

/** Rows of drawn tokens, of several lengths. */
export const noiseTexts = (
  count: number,
  { tokenizer, maxLength }: TextInput,
): readonly TokenRow[] =>
  Array.from({ length: count }, (_, step) => {
    const length = Math.min(maxLength, 3 + ((step * 7) % LONGEST));
    const words = randomWords({ seed: 0, step, site: "export-sample" }, length);
    return {
      ids: Int32Array.from(words, (word) => word % tokenizer.vocabularySize),
      typeIds: new Int32Array(length),
    };
  });
