import { GraftError } from "@graft-ml/core";
import type { Tokenizer } from "../tokenize/encoding.js";
import { BEGINS, FIXED, GOES_ON } from "./mask-words.js";

/** Running text as rows of one length: five bytes a token. */
export type TextBlocks = {
  /** How many rows. */
  readonly size: number;
  /** Tokens of a row, [CLS] and [SEP] included. */
  readonly length: number;
  /** (size, length): the tokens, [PAD] after the last text's end. */
  readonly ids: Int32Array;
  /** (size, length): 1 where a word begins, 0 where it goes on, 2 where no word is. */
  readonly words: Uint8Array;
};

/** Rows that tell which text their tokens are of. */
export type PackedTexts = TextBlocks & {
  /** Where each text's tokens begin, counted through all rows; ascending. */
  readonly starts: readonly number[];
};

export type TextPackerOptions = {
  tokenizer: Pick<Tokenizer, "encode" | "specialTokens">;
  /** Tokens of a row. */
  length: number;
};

/** Takes one text after the other. */
export type TextPacker = {
  add(text: string): void;
  /** Throws `dataset-empty`. */
  end(): PackedTexts;
};

/**
 * Lays texts end to end, a [SEP] after each, and cuts them into rows [CLS] ... [SEP] of one length, so that
 * no batch pays for padding (arXiv 1907.11692, section 4.2). The last row is padded. Throws `config-invalid`
 * for a tokenizer without these tokens or a length below 3.
 */
export function textPacker({ tokenizer, length }: TextPackerOptions): TextPacker {
  const { cls, sep, pad } = tokenizer.specialTokens;
  if (!cls || !sep || !pad) {
    throw new GraftError(
      "config-invalid",
      "Rows of running text need a tokenizer with [CLS], [SEP] and [PAD]. Take that of a BERT.",
    );
  }
  if (!Number.isInteger(length) || length < 3) {
    throw new GraftError(
      "config-invalid",
      `Rows of ${length} tokens hold no text between [CLS] and [SEP]. Choose 3 or more.`,
      { details: { length } },
    );
  }
  const rows = growing(length, pad.id);
  const starts: number[] = [];
  const put = (id: number, kind: number) => {
    if (rows.column() === 0) rows.add(cls.id, FIXED);
    // A separator at the start of a row would separate nothing.
    if (id !== sep.id || rows.column() > 1) rows.add(id, kind);
    if (rows.column() === length - 1) rows.add(sep.id, FIXED);
  };
  return {
    add(text) {
      starts.push(rows.size());
      const { ids, wordIds } = tokenizer.encode(text, { addSpecialTokens: false });
      ids.forEach((id, at) => {
        const goesOn = at > 0 && wordIds[at]! >= 0 && wordIds[at] === wordIds[at - 1];
        put(id, goesOn ? GOES_ON : BEGINS);
      });
      if (ids.length > 0) put(sep.id, FIXED);
    },
    end() {
      const blocks = rows.end();
      if (blocks.size > 0) return { ...blocks, starts };
      throw new GraftError("dataset-empty", "The texts hold no token to make rows of.");
    },
  };
}

/** Arrays that double when they are full. */
function growing(length: number, pad: number) {
  let ids = new Int32Array(1024 * length);
  let words = new Uint8Array(ids.length);
  let size = 0;
  return {
    size: () => size,
    column: () => size % length,
    add(id: number, kind: number): void {
      if (size === ids.length) {
        const [more, kinds] = [new Int32Array(2 * size), new Uint8Array(2 * size)];
        more.set(ids);
        kinds.set(words);
        [ids, words] = [more, kinds];
      }
      ids[size] = id;
      words[size] = kind;
      size += 1;
    },
    end(): TextBlocks {
      // A row that holds [CLS] alone holds no text.
      const whole = size % length === 1 ? size - 1 : size;
      const count = Math.ceil(whole / length);
      const kept = new Int32Array(count * length).fill(pad);
      const kinds = new Uint8Array(count * length).fill(FIXED);
      kept.set(ids.subarray(0, whole));
      kinds.set(words.subarray(0, whole));
      return { size: count, length, ids: kept, words: kinds };
    },
  };
}
