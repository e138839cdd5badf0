import {
  bytesOf,
  type Engine,
  type FloatWeights,
  GraftError,
  isUnder,
  type Json,
  type Model,
  type Program,
  paramGroups,
  pickWeights,
  type Source,
  type StageRange,
  stagesOf,
} from "@graft-ml/core";
import { extractFeatures, type FeatureBatch } from "./extract.js";
import type { FeatureStore, FeatureTable, FeatureWriter } from "./feature-store.js";

export type CacheFeaturesOptions = {
  engine: Engine;
  /** `featureProgram`. */
  program: Program;
  /** The weights that the program reads, running statistics included. */
  weights: FloatWeights;
  source: Source;
  /**
   * How many views of each picture: 1 is the plain one; K are the source's augmentations of the
   * epochs 1 to K. Default 1.
   */
  views?: number;
  store: FeatureStore;
  /** Says which pictures these are and how they are augmented; without it nothing is found again. */
  dataKey?: Json;
  /** Default 32. */
  batchSize?: number;
  signal?: AbortSignal;
};

export type CacheEvent =
  | { readonly type: "extract-progress"; readonly count: number; readonly total: number }
  | {
      readonly type: "extract-end";
      readonly count: number /** Found from before. */;
      readonly cached: boolean;
    };

/**
 * Runs the frozen part of a network once over every view of every picture and keeps what it gives,
 * under a key of the weights, the program and the pictures. The generator returns the table.
 */
export async function* cacheFeatures(
  options: CacheFeaturesOptions,
): AsyncGenerator<CacheEvent, FeatureTable> {
  const { store, views = 1, source } = options;
  const key = await cacheKey(options);
  const found = await store.find(key);
  const count = views * source.size;
  if (found?.size === source.size) {
    yield { type: "extract-end", count, cached: true };
    return found;
  }
  const { engine, weights } = options;
  const session = await engine.open({ weights, groups: paramGroups({ freeze: () => true }) });
  try {
    const table = yield* fill(key, allViews(options, session), count, options);
    yield { type: "extract-end", count, cached: false };
    return table;
  } finally {
    await session.close();
  }
}

async function* allViews(
  options: CacheFeaturesOptions,
  session: Awaited<ReturnType<Engine["open"]>>,
): AsyncGenerator<FeatureBatch, void> {
  const { program, source, views = 1, batchSize = 32, signal } = options;
  for (let view = 0; view < views; view++) {
    const epoch = views === 1 ? 0 : view + 1;
    const input = { session, program, source, batchSize, epoch };
    yield* extractFeatures({ ...input, ...(signal ? { signal } : {}) });
  }
}

/** Labels come with the first view; the table is laid out once its first batch shows the shape. */
async function* fill(
  key: string,
  batches: AsyncIterable<FeatureBatch>,
  total: number,
  { store, source, views = 1 }: CacheFeaturesOptions,
): AsyncGenerator<CacheEvent, FeatureTable> {
  const labels = new Int32Array(source.size);
  let writer: FeatureWriter | undefined;
  let count = 0;
  try {
    for await (const batch of batches) {
      const shape = batch.features.shape.slice(1);
      writer ??= await store.create(key, { size: source.size, views, shape, labels });
      if (batch.labels && count < source.size) labels.set(batch.labels, count);
      await writer.append(batch.features.data);
      count += batch.features.shape[0]!;
      yield { type: "extract-progress", count, total };
    }
    if (!writer) throw new GraftError("dataset-empty", "There are no pictures to extract from.");
    const table = await writer.finish();
    writer = undefined;
    return table;
  } finally {
    await writer?.discard();
  }
}

/** The weights under a stretch of a model, running statistics included. */
export function weightsOf(model: Model, weights: FloatWeights, range: StageRange): FloatWeights {
  const prefixes = stagesOf(model, range).flatMap((stage) => stage.prefixes);
  return pickWeights(
    weights,
    (name) => name in model.specs && prefixes.some((prefix) => isUnder(name, prefix)),
  );
}

let unnamed = 0;

async function cacheKey(options: CacheFeaturesOptions): Promise<string> {
  const { program, weights, views = 1, dataKey } = options;
  if (dataKey === undefined) return `unnamed-${unnamed++}`;
  const digests = await Promise.all(
    Object.entries(weights).map(async ([name, weight]) => [
      name,
      // A copy: shared memory is refused by the digest.
      await sha256(new Uint8Array(bytesOf(weight))),
    ]),
  );
  const { key, config } = program;
  const parts = JSON.stringify({ format: 1, key, config, digests, views, dataKey });
  return sha256(new TextEncoder().encode(parts));
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
