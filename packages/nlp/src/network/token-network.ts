import {
  type Batch,
  type Engine,
  evaluationBatches,
  type FloatWeights,
  type Judge,
  type JudgeProgress,
  judged,
  type Model,
  type Program,
  paramGroups,
  type RunResult,
  type Source,
  type Task,
  taskProgram,
  type Verdict,
  weightsOf,
} from "@graft-ml/core";
import type { Tokenizer } from "../tokenize/encoding.js";
import { type TokenRow, tokenBatch } from "../tokenize/token-batch.js";
import { lengthFor, runByLength } from "./by-length.js";

export type TokenNetworkOptions = {
  engine: Engine;
  model: Model;
  weights: FloatWeights;
  tokenizer: Tokenizer;
};

/** A trained network on an engine until it is closed, which says something of each token, or of each text. */
export type TokenNetwork = {
  /** Tokens to logits: for each row (width), or (tokens, width) with padding left out. */
  outputs(rows: readonly TokenRow[]): Promise<readonly Float32Array[]>;
  /** Runs another program on the same weights, for a batch of `padded`'s and maybe more. */
  run(program: Program, batch: Batch): Promise<RunResult>;
  /** Rows side by side, padded to one of a few lengths: each costs the engine a program. */
  padded(rows: readonly TokenRow[]): Batch;
  /** Judges a source of tokens and of what the judge asks for; returns the verdict. */
  judge<V extends Verdict>(
    source: Source,
    options: { judge: Judge<V>; batchSize?: number; signal?: AbortSignal },
  ): AsyncGenerator<JudgeProgress, V & { readonly count: number }>;
  close(): Promise<void>;
};

const CHUNK = 16;

/** Opens a session whose weights are all frozen. */
export async function openTokenNetwork(
  options: TokenNetworkOptions & { task: Task },
): Promise<TokenNetwork> {
  const { engine, model, weights, task } = options;
  const session = await engine.open({
    weights: weightsOf(model, weights, {}),
    groups: paramGroups({ freeze: () => true }),
  });
  const program = taskProgram({ model, task });
  const padded = (rows: readonly TokenRow[]): Batch => {
    const length = lengthFor(rows, mostTokens(options));
    return tokenBatch(options.tokenizer, rows, { length, side: "right" });
  };
  const chunkOutputs = async (rows: readonly TokenRow[]): Promise<Float32Array[]> => {
    const { outputs } = await session.run(program, padded(rows));
    const { data, shape } = outputs.logits!;
    const size = data.length / rows.length;
    const width = shape.at(-1)!;
    return rows.map(({ ids }, row) => {
      const kept = shape.length === 2 ? size : ids.length * width;
      return (data as Float32Array).slice(row * size, row * size + kept);
    });
  };
  return {
    outputs: (rows) => runByLength(rows, CHUNK, chunkOutputs),
    run: (other, batch) => session.run(other, batch),
    padded,
    judge: (source, { judge, batchSize = 32, signal }) => {
      const batches = evaluationBatches(source, { batchSize: Math.min(batchSize, source.size) });
      return judged({ session, program, batches, judge, ...(signal ? { signal } : {}) });
    },
    close: () => session.close(),
  };
}

/** Tokens of the longest text that the model and its tokenizer take; 512 where neither says so. */
export function mostTokens({
  model,
  tokenizer,
}: Pick<TokenNetworkOptions, "model" | "tokenizer">): number {
  const { max_position_embeddings: positions } = model.config;
  const most = Math.min(Number(positions ?? 512), tokenizer.maxLength ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(most) ? most : 512;
}
