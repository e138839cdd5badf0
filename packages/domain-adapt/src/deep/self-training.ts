import { GraftError, type Resulting, resulting } from "@graft-ml/core";
import type { Matrix } from "@graft-ml/core/linalg";
import { type PseudoLabelOptions, type PseudoLabels, selectPseudoLabels } from "./pseudo-labels.js";

export type SelfTrainOptions<Learned> = Omit<PseudoLabelOptions, "probabilities" | "portion"> & {
  /** What was learned of the source. */
  readonly start: Learned;
  /** What it says of every target sample: (N, C). */
  predict(learned: Learned): Promise<Matrix>;
  /** Goes on from `learned`, on the source and the target's pseudo-labels: `unionSource`, `pseudoLabelled`. */
  train(input: {
    readonly round: number;
    readonly learned: Learned;
    readonly pseudo: PseudoLabels;
  }): Promise<Learned>;
  /** Default 3. */
  readonly rounds?: number;
  /** Share of each class that a round takes, counted from 1. Default 0.2 and 0.05 more each round, up to 0.5. */
  readonly portion?: (round: number) => number;
  readonly signal?: AbortSignal;
};

export type SelfTrainEvent = {
  readonly type: "labels-selected";
  readonly round: number;
  readonly count: number;
  /** Of the samples that had a label in the round before too, the share whose label is another. 0 in the first. */
  readonly changed: number;
  /** How many samples of each class. */
  readonly perClass: readonly number[];
};

/** Events to read to the end; then `result()` gives what was learned. */
export type SelfTraining<Learned> = Resulting<SelfTrainEvent, Learned>;

/** As Zou et al. 2018: from 20 % of each class on, 5 % more a round, half at most. */
const growing = (round: number): number => Math.min(0.5, 0.2 + 0.05 * (round - 1));

/**
 * Self-training in rounds (Zou et al. 2018, arXiv 1810.07911): label the target's surest
 * samples, train on them, and label anew. Throws `dataset-empty` where no sample is sure enough, `aborted`
 * between two rounds, and what its callbacks throw.
 */
export const selfTrain = <Learned>(options: SelfTrainOptions<Learned>): SelfTraining<Learned> =>
  resulting("self-training", () => rounds(options));

async function* rounds<Learned>(
  options: SelfTrainOptions<Learned>,
): AsyncGenerator<SelfTrainEvent, Learned> {
  const {
    start,
    rounds: count = 3,
    portion = growing,
    signal,
    predict,
    train,
    ...choice
  } = options;
  let learned = start;
  let before: PseudoLabels | undefined;
  for (let round = 1; round <= count; round++) {
    if (signal?.aborted) {
      throw new GraftError("aborted", `Self-training was stopped after ${round - 1} rounds.`);
    }
    const probabilities = await predict(learned);
    const { balance, threshold } = choice;
    const pseudo = selectPseudoLabels({
      probabilities,
      portion: portion(round),
      ...(balance === undefined ? {} : { balance }),
      ...(threshold === undefined ? {} : { threshold }),
    });
    if (pseudo.indices.length === 0) throw noneSure(round);
    yield told(round, pseudo, { before, classes: probabilities.columns });
    learned = await train({ round, learned, pseudo });
    before = pseudo;
  }
  return learned;
}

function told(
  round: number,
  pseudo: PseudoLabels,
  { before, classes }: { before: PseudoLabels | undefined; classes: number },
): SelfTrainEvent {
  const { indices, labels } = pseudo;
  const known = new Map(before?.indices.map((index, at) => [index, before.labels[at]!]));
  const again = indices.flatMap((index, at) =>
    known.has(index) ? [known.get(index) !== labels[at]] : [],
  );
  return {
    type: "labels-selected",
    round,
    count: indices.length,
    changed: again.length === 0 ? 0 : again.filter(Boolean).length / again.length,
    perClass: Array.from({ length: classes }, (_, c) => labels.filter((l) => l === c).length),
  };
}

const noneSure = (round: number): GraftError =>
  new GraftError(
    "dataset-empty",
    `In round ${round} the network is sure of no target sample. Lower the threshold or raise the portion.`,
    { details: { round } },
  );
