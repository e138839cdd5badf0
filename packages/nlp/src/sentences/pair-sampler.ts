import { GraftError, permutation, randomWords } from "@graft-ml/core";

/** Two texts by number, and 1 where they are of one class, else 0. */
export type TextPairing = { readonly a: number; readonly b: number; readonly target: 0 | 1 };

export type PairSampler = {
  /** Pairs an epoch, half of them of one class. */
  readonly size: number;
  /** Pair `index` of an epoch, which counts from 1: even ones are of one class, odd ones of two. */
  pair(index: number, epoch: number): TextPairing;
};

export type PairSamplerOptions = {
  /** Class of each text. */
  labels: ArrayLike<number>;
  seed: number;
  /** Pairs an epoch for each text, rounded up to an even number of pairs. Default 40, as SetFit's 20 of each kind. */
  perText?: number;
};

/**
 * Pairs for contrastive training (SetFit, arXiv 2209.11055, section 3.1), each a function of the seed, the
 * epoch and its number: none is kept, and what is kept is linear in the texts. Every text comes first in as
 * many pairs as any other; its partner is drawn evenly. Throws `dataset-invalid` where no class has two
 * texts, or there is one class.
 */
export function pairSampler({ labels, seed, perText = 40 }: PairSamplerOptions): PairSampler {
  const groups = grouped(labels);
  const { sorted, starts, ends } = groups;
  const paired = sorted.filter((text) => ends[text]! - starts[text]! > 1);
  checkGroups(groups, paired);
  const half = Math.ceil((perText * labels.length) / 2);
  const anchors = {
    positive: inRounds(paired, { seed, half, kind: 0 }),
    negative: inRounds(sorted, { seed, half, kind: 1 }),
  };
  return {
    size: 2 * half,
    pair: (index, epoch) => {
      const draw = below({ seed, epoch, index });
      const at = Math.floor(index / 2);
      const isPositive = index % 2 === 0;
      const a = anchors[isPositive ? "positive" : "negative"](at, epoch);
      const [start, end] = [starts[a]!, ends[a]!];
      if (isPositive) {
        // Any of its class but itself: the last stands in for it.
        const b = sorted[start + draw(end - start - 1)]!;
        return { a, b: b === a ? sorted[end - 1]! : b, target: 1 };
      }
      const place = draw(sorted.length - (end - start));
      return { a, b: sorted[place < start ? place : place + end - start]!, target: 0 };
    },
  };
}

/** Texts sorted by class, and for each text where its class starts and ends among them. */
type Groups = {
  readonly sorted: Uint32Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
};

function grouped(labels: ArrayLike<number>): Groups {
  const sorted = Uint32Array.from({ length: labels.length }, (_, text) => text);
  sorted.sort((a, b) => labels[a]! - labels[b]! || a - b);
  const [starts, ends] = [new Uint32Array(labels.length), new Uint32Array(labels.length)];
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    while (end < sorted.length && labels[sorted[end]!] === labels[sorted[start]!]) end++;
    for (const text of sorted.subarray(start, end)) {
      starts[text] = start;
      ends[text] = end;
    }
  }
  return { sorted, starts, ends };
}

/** The first text of each pair: all in an order of their own, round after round. */
function inRounds(
  texts: Uint32Array,
  { seed, half, kind }: { seed: number; half: number; kind: 0 | 1 },
): (at: number, epoch: number) => number {
  const rounds = Math.ceil(half / texts.length);
  let last: { round: number; order: Uint32Array } = { round: -1, order: new Uint32Array(0) };
  return (at, epoch) => {
    const round = 2 * (epoch * rounds + Math.floor(at / texts.length)) + kind;
    if (round !== last.round) last = { round, order: permutation(seed, round, texts.length) };
    return texts[last.order[at % texts.length]!]!;
  };
}

/** Evenly drawn from 0 to below a number, by the number of the pair. */
const below =
  ({ seed, epoch, index }: { seed: number; epoch: number; index: number }) =>
  (count: number): number => {
    const [word = 0] = randomWords({ seed, step: epoch, micro: index, site: "pair" }, 1);
    return Math.floor((word / 2 ** 32) * count);
  };

function checkGroups({ sorted, starts, ends }: Groups, paired: Uint32Array): void {
  const first = sorted[0];
  const several = first !== undefined && ends[first]! - starts[first]! < sorted.length;
  if (several && paired.length > 0) return;
  throw new GraftError(
    "dataset-invalid",
    several
      ? `Each of the ${sorted.length} texts is the only one of its class, so no two belong together. Give a class at least two.`
      : `The ${sorted.length} texts are of one class, so no two are apart. Give at least two classes.`,
    { details: { texts: sorted.length } },
  );
}
