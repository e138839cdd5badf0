import { GraftError } from "@graft-ml/core";
import type { BucketOptions } from "../tokenize/bucket-lengths.js";
import type { Tokenizer } from "../tokenize/encoding.js";
import { type TokenSource, tokenSource } from "../tokenize/token-source.js";
import { type WordWindow, type WordWindowOptions, wordWindows } from "./word-windows.js";

/** A sentence in words, each with its tag's number; below 0 for a word that is not to be judged. */
export type LabelledWords = {
  readonly tokens: readonly string[];
  readonly labels: readonly number[];
  /** What it is called in errors. */
  readonly name?: string;
};

export type WordSourceOptions = WordWindowOptions & {
  tokenizer: Tokenizer;
  sentences: readonly LabelledWords[];
  /** Lengths to pad to, as in `tokenSource`. */
  buckets?: readonly number[] | BucketOptions;
};

/** What `tokenTask` reads: a row for each window on a sentence. */
export type WordSource = TokenSource & { readonly windows: readonly WordWindow[] };

/** Upstream's number for tokens without a label. */
const IGNORED = -100;

/**
 * Batches of tokens with `labels`, (B, S) int32: a word's at its first piece, -100 elsewhere; and
 * `sentence`, (B) int32. Throws `dataset-invalid` for a sentence without words, or without a label each.
 */
export function wordSource(options: WordSourceOptions): WordSource {
  const { tokenizer, sentences, buckets } = options;
  for (const [at, sentence] of sentences.entries()) checkSentence(sentence, at);
  const windows = wordWindows(
    tokenizer,
    sentences.map(({ tokens }) => tokens),
    options,
  );
  const rows = windows.map(({ sentence, words }) =>
    words.map((word) => sentences[sentence]!.labels[word] ?? IGNORED),
  );
  const source = tokenSource({
    tokenizer,
    encodings: windows,
    fields: {
      sentence: {
        dtype: "int32",
        shape: [windows.length],
        data: Int32Array.from(windows, ({ sentence }) => sentence),
      },
    },
    tokenFields: { labels: { rows, pad: IGNORED } },
    ...(buckets ? { buckets } : {}),
  });
  return { ...source, windows };
}

function checkSentence({ tokens, labels, name }: LabelledWords, at: number): void {
  const called = name ?? `Sentence ${at}`;
  if (tokens.length === 0) {
    throw new GraftError("dataset-invalid", `${called} has no words. Leave it out.`, {
      details: { sentence: at },
    });
  }
  if (labels.length === tokens.length) return;
  throw new GraftError(
    "dataset-invalid",
    `${called} has ${tokens.length} words, and ${labels.length} labels. Give one a word.`,
    { details: { sentence: at, words: tokens.length, labels: labels.length } },
  );
}
