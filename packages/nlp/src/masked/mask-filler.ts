import { GraftError, taskProgram } from "@graft-ml/core";
import { runByLength } from "../network/by-length.js";
import {
  mostTokens,
  openTokenNetwork,
  type TokenNetwork,
  type TokenNetworkOptions,
} from "../network/token-network.js";
import type { TextPair } from "../texts/text-source.js";
import type { TokenRow } from "../tokenize/token-batch.js";
import { maskedLanguageTask } from "./masked-task.js";
import { type FilledText, maskedRow, placesOf, readMasks } from "./read-masks.js";

export type MaskFillerOptions = TokenNetworkOptions & {
  /** Tokens of a text at most, special ones included; a [MASK] behind them is not filled. Default: what the model takes. */
  maxLength?: number;
};

/** A masked language model on an engine until it is closed. */
export type MaskFiller = {
  /** The likeliest words of every [MASK]; `top` of each, 5 by default. Throws `dataset-invalid` for a text without one. */
  fill(
    texts: readonly TextPair[],
    options?: { top?: number | undefined },
  ): Promise<readonly FilledText[]>;
  /** The same as logits, (masks, vocabulary) a text, for `readMasks`. */
  outputs(texts: readonly TextPair[]): Promise<readonly Float32Array[]>;
  /** Tokens to logits: of a row's [MASK] alone, (masks, vocabulary), so that no other place costs room. */
  ofRows(rows: readonly TokenRow[]): Promise<readonly Float32Array[]>;
  /** Judges what `maskedSource` gives; returns the verdict. */
  judge: TokenNetwork["judge"];
  close(): Promise<void>;
};

/** Rows that run together: every [MASK] of theirs takes a row of the vocabulary's width. */
const CHUNK = 8;

/** Throws `config-invalid` for a model without the head for hidden words, `withBertHead(config, { head: "masked" })`. */
export async function openMaskFiller(options: MaskFillerOptions): Promise<MaskFiller> {
  const { model, tokenizer, maxLength = mostTokens(options) } = options;
  if (!["cls.predictions", "vocab_projector"].includes(model.classifier)) {
    throw new GraftError(
      "config-invalid",
      `The model "${model.architecture}" ends with "${model.classifier}"; filling gaps needs a head for hidden words. Train it on texts first.`,
      { details: { classifier: model.classifier } },
    );
  }
  const task = maskedLanguageTask();
  const network = await openTokenNetwork({ ...options, task });
  const program = taskProgram({ model, task });
  const chunkOutputs = async (rows: readonly TokenRow[]): Promise<readonly Float32Array[]> => {
    const places = rows.map(({ ids }) => placesOf(ids, tokenizer));
    const most = powerOf2(Math.max(1, ...places.map(({ length }) => length)));
    const positions = new Int32Array(rows.length * most);
    for (const [row, own] of places.entries()) positions.set(own, row * most);
    const { outputs } = await network.run(program, {
      ...network.padded(rows),
      masked_positions: { dtype: "int32", shape: [rows.length, most], data: positions },
    });
    const { data, shape } = outputs.logits!;
    const width = shape.at(-1)!;
    return places.map((own, row) => {
      const from = row * most * width;
      return (data as Float32Array).slice(from, from + own.length * width);
    });
  };
  const ofRows: MaskFiller["ofRows"] = (rows) => runByLength(rows, CHUNK, chunkOutputs);
  const reading = { tokenizer, maxLength };
  const outputs: MaskFiller["outputs"] = (texts) =>
    ofRows(texts.map((text) => maskedRow(text, reading).row));
  return {
    outputs,
    ofRows,
    fill: async (texts, { top } = {}) => {
      const logits = await outputs(texts);
      const asked = { ...reading, ...(top === undefined ? {} : { top }) };
      return texts.map((text, at) => readMasks(text, logits[at]!, asked));
    },
    judge: network.judge,
    close: network.close,
  };
}

/** Each number of places costs the engine a program. */
const powerOf2 = (count: number): number => 2 ** Math.ceil(Math.log2(count));
