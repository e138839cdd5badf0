import { GraftError } from "@graft-ml/core";
import { type Span, spansOf, strictSpansOf } from "../tags/spans.js";

export type EntityScore = {
  /** Share of the predicted entities that are true, 0 where there are none. */
  readonly precision: number;
  /** Share of the true entities that are predicted, 0 where there are none. */
  readonly recall: number;
  /** Harmonic mean of the two, 0 where both are 0. */
  readonly f1: number;
  /** How many true entities there are. */
  readonly support: number;
};

export type EntityReport = EntityScore & {
  /** Each type that occurs or is predicted, sorted. */
  readonly types: readonly (EntityScore & { readonly type: string })[];
  /** Mean over the types, and mean weighted by their support. */
  readonly macro: EntityScore;
  readonly weighted: EntityScore;
  /** Share of the tokens whose tags are the same. */
  readonly tokenAccuracy: number;
};

type Tally = { right: number; predicted: number; support: number };

/**
 * How well entities are found: one is right where type, beginning and end are. Read as seqeval and
 * conlleval do, or by "strict" only where tags follow their scheme to the letter. Precision, recall and
 * F1 are of all entities together. Throws `shape-mismatch`.
 */
export function entityReport(input: {
  /** Sentences of tags, BIO or IOBES; any scheme where not strict. */
  readonly truth: readonly (readonly string[])[];
  readonly predicted: readonly (readonly string[])[];
  readonly strict?: "BIO" | "IOBES";
}): EntityReport {
  const { truth, predicted, strict } = input;
  checkSentences(truth, predicted);
  const read = (tags: readonly string[]): readonly Span[] =>
    strict === undefined ? spansOf(tags) : strictSpansOf(tags, strict);
  const tallies = new Map<string, Tally>();
  const tallyOf = (type: string): Tally => {
    const tally = tallies.get(type) ?? { right: 0, predicted: 0, support: 0 };
    tallies.set(type, tally);
    return tally;
  };
  truth.forEach((tags, at) => {
    const known = new Set(read(tags).map(keyOf));
    for (const { type } of read(tags)) tallyOf(type).support += 1;
    for (const span of read(predicted[at]!)) {
      const tally = tallyOf(span.type);
      tally.predicted += 1;
      if (known.has(keyOf(span))) tally.right += 1;
    }
  });
  const types = [...tallies]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, tally]) => ({ type, ...scoreOf(tally) }));
  const all = [...tallies.values()].reduce(add, { right: 0, predicted: 0, support: 0 });
  return {
    ...scoreOf(all),
    types,
    macro: meanOf(types, () => 1),
    weighted: meanOf(types, ({ support }) => support),
    tokenAccuracy: tokenAccuracy(truth, predicted),
  };
}

const keyOf = ({ type, start, end }: Span): string => `${start} ${end} ${type}`;

const add = (a: Tally, b: Tally): Tally => ({
  right: a.right + b.right,
  predicted: a.predicted + b.predicted,
  support: a.support + b.support,
});

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

const scoreOf = ({ right, predicted, support }: Tally): EntityScore => ({
  precision: share(right, predicted),
  recall: share(right, support),
  f1: share(2 * right, predicted + support),
  support,
});

function meanOf(
  scores: readonly EntityScore[],
  weightOf: (score: EntityScore) => number,
): EntityScore {
  const weights = scores.reduce((sum, score) => sum + weightOf(score), 0);
  const mean = (key: "f1" | "precision" | "recall"): number =>
    share(
      scores.reduce((sum, score) => sum + weightOf(score) * score[key], 0),
      weights,
    );
  return {
    precision: mean("precision"),
    recall: mean("recall"),
    f1: mean("f1"),
    support: scores.reduce((sum, { support }) => sum + support, 0),
  };
}

type Sentences = readonly (readonly string[])[];

function tokenAccuracy(truth: Sentences, predicted: Sentences): number {
  let [right, all] = [0, 0];
  truth.forEach((tags, at) => {
    right += tags.filter((tag, token) => tag === predicted[at]![token]).length;
    all += tags.length;
  });
  return share(right, all);
}

function checkSentences(truth: Sentences, predicted: Sentences): void {
  const at = truth.findIndex((tags, sentence) => tags.length !== predicted[sentence]?.length);
  if (at < 0 && truth.length === predicted.length) return;
  throw new GraftError(
    "shape-mismatch",
    at < 0
      ? `There are ${truth.length} sentences, but predictions for ${predicted.length}.`
      : `Sentence ${at} has ${truth[at]!.length} tags, but ${predicted[at]?.length ?? "no"} predicted ones. Predict one a token.`,
    { details: { truth: truth.length, predicted: predicted.length, sentence: at } },
  );
}
