import { randomWords } from "@graft-ml/core";
import type { TextPair, Tokenizer, TokenRow } from "@graft-ml/nlp";
import type { TextInput } from "../source/model-input.js";
import type { AnyText } from "../task/task-kind.js";

/** Whether words of the samples are hidden: a network that guesses them is asked about nothing else. */
type Hiding = { readonly hidden: boolean };

/** Texts as the network gets them. */
export const tokenRows = (
  texts: readonly TextPair[],
  { tokenizer, maxLength }: TextInput,
  { hidden }: Hiding,
): readonly TokenRow[] =>
  texts.map(({ text, pair }) => {
    const row = tokenizer.encode(text, { maxLength, ...(pair === undefined ? {} : { pair }) });
    const isWord = (at: number): boolean => row.specialTokensMask[at] === 0;
    return hidden ? withMasks(row, tokenizer, isWord) : row;
  });

/** Every so many words one is hidden, the first at once. */
const EVERY = 7;

function withMasks(
  row: TokenRow,
  { specialTokens: { mask } }: Tokenizer,
  isWord: (at: number) => boolean,
): TokenRow {
  const ids = Int32Array.from(row.ids);
  const words = [...ids.keys()].filter(isWord);
  for (const [nth, at] of words.entries()) if (nth % EVERY === 0) ids[at] = mask?.id ?? 0;
  return { ids, typeIds: row.typeIds };
}

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
  { hidden }: Hiding,
): readonly TokenRow[] =>
  Array.from({ length: count }, (_, step) => {
    const length = Math.min(maxLength, 3 + ((step * 7) % LONGEST));
    const words = randomWords({ seed: 0, step, site: "export-sample" }, length);
    const ids = Int32Array.from(words, (word) => word % tokenizer.vocabularySize);
    const row = { ids, typeIds: new Int32Array(length) };
    return hidden ? withMasks(row, tokenizer, () => true) : row;
  });
