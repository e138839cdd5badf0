import type { QuestionWindow } from "./question-windows.js";

export type BestAnswerOptions = {
  /** How many beginnings and ends of each window are tried, and how many answers are told. Default 20. */
  nBest?: number;
  /** Tokens of the longest answer. Default 30. */
  maxAnswer?: number;
  /**
   * There is no answer where the score of "none" lies above the best answer's by more than this (SQuAD 2.0).
   * Default: every question has an answer.
   */
  threshold?: number;
};

export type FoundAnswer = {
  /** "" for no answer. */
  readonly text: string;
  /** Probability among the answers told, 0 to 1. */
  readonly score: number;
  /** `context.slice(start, end)`, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
};

/** The best answer. */
export type QuestionAnswer = FoundAnswer & {
  /** By how much the score of "none" lies above the best answer's: what `threshold` is held against. */
  readonly noAnswer: number;
  /** The likeliest answers, the best first, "" among them where there may be none. */
  readonly top: readonly FoundAnswer[];
};

/** What one window says: spans of its context by their sums of logits, and the sum of "none". */
export type WindowAnswers = {
  readonly spans: readonly { readonly start: number; readonly end: number; readonly sum: number }[];
  readonly none: number;
};

/** The spans of the likeliest beginnings and ends of one window. `logits`: (S, 2). */
export function windowAnswers(
  window: QuestionWindow,
  logits: ArrayLike<number>,
  { nBest = 20, maxAnswer = 30 }: BestAnswerOptions = {},
): WindowAnswers {
  const { from, to, starts, ends, none, ids } = window;
  const tokens = Array.from(ids, (_, token) => token);
  const likeliest = (side: 0 | 1): readonly number[] =>
    tokens.toSorted((a, b) => logits[2 * b + side]! - logits[2 * a + side]!).slice(0, nBest);
  const inContext = (token: number) => token >= from && token < to;
  const lasts = likeliest(1).filter(inContext);
  const spans = likeliest(0)
    .filter(inContext)
    .flatMap((first) =>
      lasts
        .filter((last) => last >= first && last - first < maxAnswer)
        .map((last) => ({
          start: starts[first]!,
          end: ends[last]!,
          sum: logits[2 * first]! + logits[2 * last + 1]!,
        })),
    );
  return { spans, none: logits[2 * none]! + logits[2 * none + 1]! };
}

/**
 * One answer from all windows on a context, as SQuAD's usual scripts choose it: the span with the highest
 * sum; "none" has the lowest of its windows. A span that two windows hold counts once, by its higher sum.
 */
export function bestAnswer(
  context: string,
  windows: readonly WindowAnswers[],
  { nBest = 20, threshold }: BestAnswerOptions = {},
): QuestionAnswer {
  const best = new Map<string, WindowAnswers["spans"][number]>();
  for (const span of windows.flatMap(({ spans }) => spans)) {
    const key = `${span.start} ${span.end}`;
    if (span.sum > (best.get(key)?.sum ?? Number.NEGATIVE_INFINITY)) best.set(key, span);
  }
  const ranked = [...best.values()].sort((a, b) => b.sum - a.sum).slice(0, nBest);
  const none = windows.reduce(
    (least, each) => Math.min(least, each.none),
    Number.POSITIVE_INFINITY,
  );
  const noAnswer = ranked[0] ? none - ranked[0].sum : Number.MAX_VALUE;
  const mayBeNone = threshold !== undefined || ranked.length === 0;
  const all = mayBeNone ? [...ranked, { start: 0, end: 0, sum: none }] : ranked;
  const top = withScores(context, all);
  const isNone = ranked.length === 0 || (threshold !== undefined && noAnswer > threshold);
  return { ...top.find(({ text }) => (text === "") === isNone)!, noAnswer, top };
}

function withScores(context: string, spans: WindowAnswers["spans"]): readonly FoundAnswer[] {
  const highest = Math.max(...spans.map(({ sum }) => sum));
  const powers = spans.map(({ sum }) => Math.exp(sum - highest));
  const total = powers.reduce((a, b) => a + b, 0);
  return spans
    .map(({ start, end }, at) => ({
      text: context.slice(start, end),
      score: powers[at]! / total,
      start,
      end,
    }))
    .sort((a, b) => b.score - a.score);
}
