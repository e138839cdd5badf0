import { GraftError } from "@graft-ml/core";
import type { Answer } from "../data/dataset.js";
import type { Encoding, Tokenizer } from "../tokenize/encoding.js";

/** What is asked, and the text that may hold the answer. */
export type AskedQuestion = {
  readonly question: string;
  readonly context: string;
  /** What it is called in errors. */
  readonly id?: string;
};

export type QuestionWindowOptions = {
  /** Tokens of a window, question and special ones included. Default: 384, or the tokenizer's `maxLength` if that is less. */
  maxLength?: number;
  /** Tokens of the context that two windows share, at most half of what fits. Default 128. */
  stride?: number;
};

/** A question before as much of its context as fits. */
export type QuestionWindow = Pick<Encoding, "ids" | "typeIds"> & {
  /** Which question, from 0. */
  readonly question: number;
  /** The context's first token, and the one after its last. */
  readonly from: number;
  readonly to: number;
  /** Where each token stands in the context, in UTF-16 code units; nothing is said of the others. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** The token that says that no answer is here: [CLS]. */
  readonly none: number;
};

/**
 * Questions with their contexts as windows of tokens, in order. Throws `dataset-invalid` for a question that
 * fills a window alone, `config-invalid` for a tokenizer that can't tell where tokens stand.
 */
export function questionWindows(
  tokenizer: Tokenizer,
  questions: readonly AskedQuestion[],
  options: QuestionWindowOptions = {},
): readonly QuestionWindow[] {
  const { maxLength = Math.min(384, tokenizer.maxLength ?? 384), stride = 128 } = options;
  const special = tokenizer.encode("", { pair: "" }).ids.length;
  const cls = tokenizer.specialTokens.cls?.id;
  return questions.flatMap((asked, question) => {
    const own = tokenizer.encode(asked.question, { addSpecialTokens: false }).ids.length;
    const room = maxLength - special - own;
    if (room < 1) throw tooLong(asked, { question, tokens: own, maxLength, room: room + own - 1 });
    const encoding = tokenizer.encode(asked.question, {
      pair: asked.context,
      maxLength,
      truncation: "only_second",
      truncationSide: "right",
      stride: Math.min(stride, Math.floor(room / 2)),
    });
    return [encoding, ...encoding.overflow].map(({ ids, typeIds, sequenceIds, starts, ends }) => {
      if (!starts || !ends) throw unlocated(tokenizer);
      const from = sequenceIds.indexOf(1);
      const to = sequenceIds.lastIndexOf(1) + 1;
      const none = Math.max(0, cls === undefined ? 0 : ids.indexOf(cls));
      return { question, ids, typeIds, from: Math.max(0, from), to, starts, ends, none };
    });
  });
}

/** The tokens of an answer, first and last; undefined where the window does not hold all of it. */
export function answerTokens(
  { from, to, starts, ends }: QuestionWindow,
  answer: Answer,
): readonly [first: number, last: number] | undefined {
  const end = answer.start + answer.text.length;
  if (from === to || starts[from]! > answer.start || ends[to - 1]! < end) return undefined;
  const tokens = Array.from({ length: to - from }, (_, at) => from + at);
  const own = tokens.filter((at) => ends[at]! > answer.start && starts[at]! < end);
  return own.length === 0 ? undefined : [own[0]!, own.at(-1)!];
}

/** How errors call a question. */
export const questionName = ({ id, question }: AskedQuestion, at: number): string =>
  `Question ${id ?? at + 1} ("${question.length > 60 ? `${question.slice(0, 60)}...` : question}")`;

function tooLong(
  asked: AskedQuestion,
  {
    question,
    tokens,
    maxLength,
    room,
  }: Record<"question" | "tokens" | "maxLength" | "room", number>,
): GraftError {
  return new GraftError(
    "dataset-invalid",
    `${questionName(asked, question)} has ${tokens} tokens, which leaves no room for its context in a window of ${maxLength}: ${Math.max(0, room)} tokens at most. Shorten the question, or take a longer window.`,
    { details: { question, tokens, maxLength } },
  );
}

const unlocated = ({ kind }: Tokenizer): GraftError =>
  new GraftError(
    "config-invalid",
    `The ${kind} tokenizer does not tell where tokens stand in a text, which answers need. Use a BERT's own.`,
    { details: { kind } },
  );
