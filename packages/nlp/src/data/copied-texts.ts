import { type Clusters, createClusters, GraftError } from "@graft-ml/core";
import { nearTexts } from "./near-texts.js";

export type CopiedTextsOptions = {
  /**
   * Least share of common runs of five characters (Jaccard similarity) for two texts to be copies; 1
   * finds those only that are the same but for case, punctuation and white space. Default 0.8.
   */
  likeness?: number;
  /** Throws `aborted` between two groups of texts. */
  signal?: AbortSignal;
};

/**
 * Which of the texts are copies of each other: the same but for case, punctuation and white space, or nearly the
 * same. A copy of a copy is one, too. Candidates come from MinHash (Broder 1997) in bands, and are then compared.
 */
export async function copiedTexts(
  texts: readonly string[],
  options: CopiedTextsOptions = {},
): Promise<Clusters> {
  const normal = texts.map(normalText);
  const clusters = createClusters(texts.length);
  const first = new Map<string, number>();
  normal.forEach((text, index) => {
    const same = first.get(text);
    if (same === undefined) first.set(text, index);
    else clusters.join(same, index);
  });
  if ((options.likeness ?? 0.8) < 1) {
    await joinNear(clusters, { texts: normal, distinct: [...first.values()] }, options);
  }
  return clusters;
}

const GROUP = 256;

async function joinNear(
  clusters: Clusters,
  { texts, distinct }: { texts: readonly string[]; distinct: readonly number[] },
  { likeness = 0.8, signal }: CopiedTextsOptions,
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

/** Lower case, compatibility forms composed, words of letters and digits with one space between. */
export const normalText = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter((word) => word !== "")
    .join(" ");
