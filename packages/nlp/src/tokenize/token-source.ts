import {
  arraySource,
  type Batch,
  type Batches,
  type BatchesOptions,
  createBatches,
  GraftError,
  type SampleGroup,
  type Source,
} from "@graft-ml/core";
import { type BucketOptions, bucketLengths } from "./bucket-lengths.js";
import { bucketSampler } from "./bucket-sampler.js";
import type { Encoding, Side } from "./encoding.js";
import { packTokens, type TokenRows } from "./pack-tokens.js";
import { type Padder, tokenBatch } from "./token-batch.js";

/** Texts as tokens, that a training reads. */
export type TokenSource = Source & {
  /** Tokens of each text. */
  readonly lengths: Uint32Array;
  /** The lengths that batches are padded to, ascending. */
  readonly buckets: readonly number[];
};

/** One number a token, such as the class of a word's first piece. */
export type TokenField = {
  /** As long as the tokens of each text. */
  readonly rows: readonly ArrayLike<number>[];
  /** What stands where there is padding. */
  readonly pad: number;
};

export type TokenSourceOptions = {
  tokenizer: Padder;
  /** Taken one by one; a generator's are never all in memory. */
  encodings: Iterable<Pick<Encoding, "ids" | "typeIds">>;
  /** Further fields with a row a text, such as `labels`. */
  fields?: Batch;
  /** Further int32 fields (B, S) with a number a token. */
  tokenFields?: Readonly<Record<string, TokenField>>;
  /** Lengths to pad to, ascending, or how to choose them. Default: as `bucketLengths` does. */
  buckets?: readonly number[] | BucketOptions;
  /** Default: the tokenizer's own. */
  side?: Side;
};

/**
 * Batches of `input_ids`, `attention_mask` and `token_type_ids`, each padded to the smallest bucket that
 * its longest text fits; `uniform` pads all to the largest, and `groups` are the texts of each bucket. Throws `batch-invalid` where fields don't fit, `config-invalid` where a text
 * fits no bucket.
 */
export function tokenSource(options: TokenSourceOptions): TokenSource {
  const { tokenizer, fields = {}, tokenFields = {}, side = tokenizer.paddingSide } = options;
  const rows = packTokens(options.encodings);
  const lengths = Uint32Array.from(rows.starts.subarray(1), (end, row) => end - rows.starts[row]!);
  const buckets = chooseBuckets(lengths, options.buckets);
  const others = Object.keys(fields).length > 0 ? arraySource(fields) : undefined;
  if (others && others.size !== lengths.length) throw misfit("fields", others.size, lengths.length);
  for (const [name, field] of Object.entries(tokenFields)) checkTokenField(name, field, lengths);
  const padTo =
    (lengthOf: (indices: readonly number[]) => number): Source["load"] =>
    async (indices, context) => {
      const length = lengthOf(indices);
      const made = Object.entries(tokenFields).map(([name, field]) => [
        name,
        padded(field, indices, { length, side }),
      ]);
      return {
        ...tokenBatch(
          tokenizer,
          indices.map((index) => rowOf(rows, index)),
          { length, side },
        ),
        ...Object.fromEntries(made),
        ...(await others?.load(indices, context)),
      };
    };
  const size = lengths.length;
  return {
    size,
    lengths,
    buckets,
    load: padTo((indices) => bucketOf(indices, lengths, buckets)),
    uniform: { size, load: padTo(() => buckets.at(-1) ?? 0) },
    // Padding on the left moves a text's places, so that its features at one length are not those at another.
    ...(side === "right" ? { groups: groupsOf(lengths, buckets) } : {}),
  };
}

/** The texts of each bucket that has some. */
function groupsOf(lengths: Uint32Array, buckets: readonly number[]): readonly SampleGroup[] {
  const groups = buckets.map((bucket) => ({ key: String(bucket), indices: [] as number[] }));
  for (const [index, length] of lengths.entries())
    groups[buckets.findIndex((bucket) => length <= bucket)]!.indices.push(index);
  return groups.filter(({ indices }) => indices.length > 0);
}

/** The smallest bucket for the longest of these texts. */
function bucketOf(
  indices: readonly number[],
  lengths: Uint32Array,
  buckets: readonly number[],
): number {
  const longest = indices.reduce((most, index) => Math.max(most, lengths[index]!), 0);
  return buckets.find((bucket) => longest <= bucket)!;
}

/** Batches of texts of like length, in an order that the seed and the epoch decide. */
export function bucketedBatches(
  source: TokenSource,
  options: Omit<BatchesOptions, "shuffle" | "sampler" | "last">,
): Batches {
  return createBatches(source, { ...options, sampler: bucketSampler(source, options) });
}

function chooseBuckets(
  lengths: Uint32Array,
  wanted: TokenSourceOptions["buckets"],
): readonly number[] {
  if (!Array.isArray(wanted)) return bucketLengths(lengths, wanted as BucketOptions | undefined);
  const buckets = wanted as readonly number[];
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  if (longest <= (buckets.at(-1) ?? -1)) return buckets;
  throw new GraftError(
    "config-invalid",
    `A text has ${longest} tokens and the longest bucket is ${buckets.at(-1)}. Add a longer one, or encode with maxLength.`,
    { details: { tokens: longest, buckets } },
  );
}

const rowOf = ({ ids, typeIds, starts }: TokenRows, row: number) => ({
  ids: ids.subarray(starts[row], starts[row + 1]),
  typeIds: typeIds.subarray(starts[row], starts[row + 1]),
});

function padded(
  { rows, pad }: TokenField,
  indices: readonly number[],
  { length, side }: { length: number; side: Side },
): Batch[string] {
  const data = new Int32Array(indices.length * length).fill(pad);
  for (const [at, index] of indices.entries()) {
    const row = rows[index]!;
    data.set(row, at * length + (side === "right" ? 0 : length - row.length));
  }
  return { dtype: "int32", shape: [indices.length, length], data };
}

function checkTokenField(name: string, { rows }: TokenField, lengths: Uint32Array): void {
  if (rows.length !== lengths.length) throw misfit(`"${name}"`, rows.length, lengths.length);
  const wrong = rows.findIndex((row, index) => row.length !== lengths[index]);
  if (wrong < 0) return;
  throw new GraftError(
    "batch-invalid",
    `Text ${wrong} has ${lengths[wrong]} tokens, and its "${name}" ${rows[wrong]!.length} numbers. Give one a token.`,
    { details: { field: name, row: wrong } },
  );
}

const misfit = (name: string, actual: number, expected: number): GraftError =>
  new GraftError("batch-invalid", `There are ${expected} texts, and ${actual} rows of ${name}.`, {
    details: { expected, actual },
  });
