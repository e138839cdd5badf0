import {
  type Clusters,
  type Copies,
  copiesOf,
  createClusters,
  GraftError,
  type Parts,
} from "@graft-ml/core";
import type {
  LabelledText,
  QuestionSample,
  TargetText,
  TextSample,
  TokenSample,
} from "./dataset.js";
import { nearTexts } from "./near-texts.js";
import { textAnswer } from "./strata.js";

type AnyText = LabelledText | QuestionSample | TargetText | TextSample | TokenSample;

export type FindDuplicateTextsOptions = {
  /**
   * Least share of common runs of five characters (Jaccard similarity) for two texts to be copies; 1
   * finds those only that are the same but for case, punctuation and white space. Default 0.8.
   */
  likeness?: number;
  /** Throws `aborted` between two groups of texts. */
  signal?: AbortSignal;
};

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
  const texts = all.map((sample) => normalText(wholeText(sample)));
  const clusters = createClusters(all.length);
  const first = new Map<string, number>();
  texts.forEach((text, index) => {
    const same = first.get(text);
    if (same === undefined) first.set(text, index);
    else clusters.join(same, index);
  });
  if ((options.likeness ?? 0.8) < 1) {
    await joinNear(clusters, { texts, distinct: [...first.values()] }, options);
  }
  const copies = copiesOf<S>(all, {
    clusterOf: (index) => clusters.of(index),
    exactKey: (index) => texts[index]!,
    answerOf: textAnswer,
  });
  const extra = copies.reduce((sum, { samples }) => sum + samples.length - 1, 0);
  return { copies, extra };
}

const GROUP = 256;

async function joinNear(
  clusters: Clusters,
  { texts, distinct }: { texts: readonly string[]; distinct: readonly number[] },
  { likeness = 0.8, signal }: FindDuplicateTextsOptions,
): Promise<void> {
  const chosen = distinct.map((index) => texts[index]!);
  let own = 0;
  for (const others of nearTexts(chosen, likeness)) {
    for (const other of others) clusters.join(distinct[other]!, distinct[own]!);
    own++;
    if (own % GROUP > 0) continue;
    // Others get their turn: a large set takes seconds.
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (signal?.aborted) {
      throw new GraftError("aborted", `The search for copies stopped after ${own} texts.`);
    }
  }
}

function wholeText(sample: AnyText): string {
  if ("tokens" in sample) return sample.tokens.join(" ");
  if ("question" in sample) return `${sample.question}\n${sample.context}`;
  return sample.pair === undefined ? sample.text : `${sample.text}\n${sample.pair}`;
}

/** Lower case, compatibility forms composed, words of letters and digits with one space between. */
const normalText = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter((word) => word !== "")
    .join(" ");
