import { type Copies, copiesOf, type Parts } from "@graft-ml/core";
import { type CopiedTextsOptions, copiedTexts, normalText } from "./copied-texts.js";
import type {
  LabelledText,
  QuestionSample,
  TargetText,
  TextSample,
  TokenSample,
} from "./dataset.js";
import { textAnswer } from "./strata.js";

type AnyText = LabelledText | QuestionSample | TargetText | TextSample | TokenSample;

export type FindDuplicateTextsOptions = CopiedTextsOptions;

export type DuplicateTexts<S extends AnyText = AnyText> = {
  /** The largest first. */
  readonly copies: readonly Copies<S>[];
  /** Texts that are one too many: those of all copies but one each. */
  readonly extra: number;
};

/**
 * Finds texts that are copies of each other, within and across classes and parts: the same but for
 * case, punctuation and white space, or nearly the same. A copy of a copy is one, too. A pair of texts is
 * a copy where both are. Candidates come from MinHash (Broder 1997) in bands, and are then compared.
 */
export async function findDuplicateTexts<S extends AnyText>(
  dataset: Parts<S>,
  options: FindDuplicateTextsOptions = {},
): Promise<DuplicateTexts<S>> {
  const all = (["train", "validation", "test"] as const).flatMap((part) =>
    dataset[part].map((sample) => ({ ...sample, part })),
  );
  const whole = all.map(wholeText);
  const clusters = await copiedTexts(whole, options);
  const copies = copiesOf<S>(all, {
    clusterOf: (index) => clusters.of(index),
    exactKey: (index) => normalText(whole[index]!),
    answerOf: textAnswer,
  });
  const extra = copies.reduce((sum, { samples }) => sum + samples.length - 1, 0);
  return { copies, extra };
}

function wholeText(sample: AnyText): string {
  if ("tokens" in sample) return sample.tokens.join(" ");
  if ("question" in sample) return `${sample.question}\n${sample.context}`;
  return sample.pair === undefined ? sample.text : `${sample.text}\n${sample.pair}`;
}
