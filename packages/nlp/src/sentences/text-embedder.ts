import {
  type Engine,
  type FloatWeights,
  GraftError,
  type HostTensor,
  type Model,
  type Program,
  paramGroups,
  type Session,
  weightsOf,
} from "@graft-ml/core";
import { lengthFor, runByLength } from "../network/by-length.js";
import { mostTokens } from "../network/token-network.js";
import {
  asPair,
  encodedTexts,
  type TextLengthOptions,
  type TextPair,
} from "../texts/text-source.js";
import type { TextInput, Tokenizer } from "../tokenize/encoding.js";
import { type TokenRow, tokenBatch } from "../tokenize/token-batch.js";
import { embeddingProgram, type TextPooling } from "./embedding.js";

/** A session of the caller's that holds the encoder's weights, or where to open one. */
export type EmbedderHome =
  | { readonly session: Session }
  | { readonly engine: Engine; readonly weights: FloatWeights };

export type TextEmbedderOptions = TextLengthOptions &
  EmbedderHome & {
    /** A BERT of any kind, whatever its head; the weights are named as its own. */
    model: Model;
    tokenizer: Tokenizer;
    /** Default "mean". */
    pooling?: TextPooling;
    /** Makes every vector 1 long. Default false. */
    normalize?: boolean;
    /** Texts a batch. Default 32. */
    batchSize?: number;
  };

/** Texts to vectors until it is closed. */
export type TextEmbedder = {
  /** Numbers a text. */
  readonly width: number;
  /** (N, width), in the order of the texts. Throws `aborted` between two batches. */
  embed(
    texts: readonly (TextInput | TextPair)[],
    options?: { signal?: AbortSignal },
  ): Promise<HostTensor<"float32">>;
  /** Closes the session where it was not the caller's. */
  close(): Promise<void>;
};

/** Texts of like length run together; what is over `maxLength` counts for nothing. Throws `config-invalid`. */
export async function openTextEmbedder(options: TextEmbedderOptions): Promise<TextEmbedder> {
  const { model, tokenizer, batchSize = 32 } = options;
  const program = embeddingProgram(options);
  const session = await sessionOf(options);
  return {
    width: model.numFeatures,
    embed: async (texts, { signal } = {}) => {
      const length = { maxLength: mostTokens(options), ...options };
      const rows = [...encodedTexts(tokenizer, texts.map(asPair), length)];
      const run = (chunk: readonly TokenRow[]) => {
        if (!signal?.aborted) return embedded(chunk, { session, program, options });
        throw new GraftError("aborted", "Embedding the texts was stopped.");
      };
      return stacked(await runByLength(rows, batchSize, run), model.numFeatures);
    },
    close: async () => {
      if ("engine" in options) await session.close();
    },
  };
}

/** The vectors of texts, (N, width): `openTextEmbedder` for once. */
export async function embedTexts(
  options: TextEmbedderOptions & {
    texts: readonly (TextInput | TextPair)[];
    signal?: AbortSignal;
  },
): Promise<HostTensor<"float32">> {
  const { texts, signal } = options;
  const embedder = await openTextEmbedder(options);
  try {
    return await embedder.embed(texts, signal ? { signal } : {});
  } finally {
    await embedder.close();
  }
}

const sessionOf = (options: TextEmbedderOptions): Promise<Session> | Session =>
  "session" in options
    ? options.session
    : options.engine.open({
        weights: weightsOf(options.model, options.weights, { to: options.model.trunk.stage }),
        groups: paramGroups({ freeze: () => true }),
      });

async function embedded(
  rows: readonly TokenRow[],
  input: { session: Session; program: Program; options: TextEmbedderOptions },
): Promise<readonly Float32Array[]> {
  const { session, program, options } = input;
  const length = lengthFor(rows, mostTokens(options));
  const batch = tokenBatch(options.tokenizer, rows, { length, side: "right" });
  const { data } = (await session.run(program, batch)).outputs.embeddings as HostTensor<"float32">;
  const width = data.length / rows.length;
  return rows.map((_, row) => data.subarray(row * width, (row + 1) * width));
}

function stacked(rows: readonly Float32Array[], width: number): HostTensor<"float32"> {
  const data = new Float32Array(rows.length * width);
  for (const [at, row] of rows.entries()) data.set(row, at * width);
  return { dtype: "float32", shape: [rows.length, width], data };
}
