import { type Batch, GraftError } from "@graft-ml/core";
import type { BucketOptions } from "../tokenize/bucket-lengths.js";
import type { TextInput, Tokenizer, Truncation } from "../tokenize/encoding.js";
import { type TokenSource, tokenSource } from "../tokenize/token-source.js";

/** A text, maybe with a second one beside it. */
export type TextPair = { readonly text: TextInput; readonly pair?: TextInput };

export const asPair = (text: TextInput | TextPair): TextPair =>
  typeof text === "object" && "text" in text ? text : { text };

/** With the number of its class, or with a number for each label or target. */
export type AnsweredText = TextPair & {
  readonly label?: number;
  readonly targets?: readonly number[];
  /** What it is called in errors. */
  readonly name?: string;
};

export type TextLengthOptions = {
  /** Tokens of a text at most, special ones included; what is over is lost. Default: the tokenizer's, or 512. */
  maxLength?: number;
  /** Which text of a pair loses tokens. Default "longest_first". */
  truncation?: Truncation;
};

export type TextSourceOptions = TextLengthOptions & {
  tokenizer: Tokenizer;
  samples: readonly AnsweredText[];
  /** Lengths to pad to, as in `tokenSource`. */
  buckets?: readonly number[] | BucketOptions;
};

/**
 * What `textTask` and its kin read: tokens with `labels`, (B) int32, or `targets`, (B, T) float32; with
 * neither where no sample has an answer. Throws `dataset-invalid` for an empty text, and for samples of
 * which some have another kind of answer.
 */
export function textSource(options: TextSourceOptions): TokenSource {
  const { tokenizer, samples, buckets } = options;
  for (const [at, sample] of samples.entries()) checkText(sample, at);
  return tokenSource({
    tokenizer,
    encodings: encodedTexts(tokenizer, samples, options),
    fields: answersOf(samples),
    ...(buckets ? { buckets } : {}),
  });
}

/** One by one, so that texts and their encodings are never all in memory. */
export function* encodedTexts(
  tokenizer: Tokenizer,
  texts: readonly TextPair[],
  { maxLength = tokenizer.maxLength ?? 512, truncation }: TextLengthOptions,
) {
  for (const { text, pair } of texts) {
    yield tokenizer.encode(text, {
      maxLength,
      ...(pair === undefined ? {} : { pair }),
      ...(truncation ? { truncation } : {}),
    });
  }
}

function answersOf(samples: readonly AnsweredText[]): Batch {
  const first = samples[0];
  const width = first?.targets?.length;
  if (width !== undefined) {
    const data = new Float32Array(samples.length * width);
    for (const [at, sample] of samples.entries()) {
      if (sample.targets?.length !== width) throw otherAnswer(sample, at, `${width} targets`);
      data.set(sample.targets, at * width);
    }
    return { targets: { dtype: "float32", shape: [samples.length, width], data } };
  }
  if (first?.label === undefined) return {};
  const data = Int32Array.from(samples, (sample, at) => {
    if (sample.label === undefined) throw otherAnswer(sample, at, "a label");
    return sample.label;
  });
  return { labels: { dtype: "int32", shape: [samples.length], data } };
}

const isBlank = (text: TextInput): boolean =>
  typeof text === "string" ? text.trim() === "" : text.every((word) => word.trim() === "");

function checkText({ text, name }: AnsweredText, at: number): void {
  if (!isBlank(text)) return;
  throw new GraftError("dataset-invalid", `${name ?? `Text ${at}`} is empty. Leave it out.`, {
    details: { text: at },
  });
}

const otherAnswer = ({ name }: AnsweredText, at: number, wanted: string): GraftError =>
  new GraftError(
    "dataset-invalid",
    `${name ?? `Text ${at}`} lacks ${wanted}, which the first text has. Give all the same kind of answer.`,
    { details: { text: at } },
  );
