import { type Batch, GraftError } from "@graft-ml/core";
import type { Encoding, Side, Tokenizer } from "./encoding.js";

export type PaddingOptions = {
  /** Tokens of every row: those of the longest, or so many. Default "longest". */
  length?: "longest" | number;
  /** Rounds the length up to a multiple of this. Default 1. */
  multipleOf?: number;
  /** Default: the tokenizer's own. */
  side?: Side;
};

/** What padding needs to know of a tokenizer. */
export type Padder = Pick<Tokenizer, "specialTokens" | "paddingSide">;

/** A row of a batch: an encoding, or what is kept of one. */
export type TokenRow = {
  readonly ids: ArrayLike<number>;
  readonly typeIds: ArrayLike<number>;
};

/**
 * What BERT reads, all (B, S) int32: `input_ids`, `attention_mask` (1 where a token counts) and
 * `token_type_ids`. Throws `config-invalid` where a row is longer than a fixed length.
 */
export function tokenBatch(
  tokenizer: Padder,
  rows: readonly (TokenRow | Encoding)[],
  options: PaddingOptions = {},
): Batch {
  const { side = tokenizer.paddingSide } = options;
  const length = paddedLength(rows, options);
  const pad = tokenizer.specialTokens.pad?.id ?? 0;
  const shape = [rows.length, length];
  const ids = new Int32Array(rows.length * length).fill(pad);
  const mask = new Int32Array(rows.length * length);
  const types = new Int32Array(rows.length * length);
  for (const [index, row] of rows.entries()) {
    const from = index * length + (side === "right" ? 0 : length - row.ids.length);
    ids.set(row.ids, from);
    types.set(row.typeIds, from);
    mask.fill(1, from, from + row.ids.length);
  }
  return {
    input_ids: { dtype: "int32", shape, data: ids },
    attention_mask: { dtype: "int32", shape, data: mask },
    token_type_ids: { dtype: "int32", shape, data: types },
  };
}

function paddedLength(
  rows: readonly TokenRow[],
  { length = "longest", multipleOf = 1 }: PaddingOptions,
): number {
  const longest = rows.reduce((most, { ids }) => Math.max(most, ids.length), 0);
  if (length !== "longest" && longest > length) {
    throw new GraftError(
      "config-invalid",
      `A text has ${longest} tokens, and rows are to be ${length} long. Encode it with maxLength: ${length}.`,
      { details: { tokens: longest, length } },
    );
  }
  const wanted = length === "longest" ? longest : length;
  return Math.ceil(wanted / multipleOf) * multipleOf;
}
