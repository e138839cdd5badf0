import type { Source } from "../data/batch.js";
import { emptyRows, putRows } from "../data/rows.js";
import type { Batch, Engine, Session } from "../engine.js";
import { GraftError } from "../errors.js";
import type { Task } from "../fine-tune/task.js";
import type { Model } from "../models/model.js";
import { type StageRange, stagesOf } from "../models/run-stages.js";
import { paramGroups } from "../optim/groups.js";
import type { Json, Program } from "../program.js";
import { isUnder, pickWeights } from "../tree.js";
import { bytesOf } from "../weights/dtype.js";
import type { FloatWeights } from "../weights/host-tensor.js";
import { extractFeatures, type FeatureBatch } from "./extract.js";
import type { FeatureStore, FeatureTable, FeatureWriter } from "./feature-store.js";
import { sha256, sha256OfText } from "./sha256.js";
import { subsetTable } from "./subset-table.js";

export type CacheFeaturesOptions = {
  engine: Engine;
  /** `featureProgram`. */
  program: Program;
  /** The weights that the program reads, running statistics included. */
  weights: FloatWeights;
  source: Source;
  /** Which batch fields the program reads. */
  reads: Pick<Task, "inputs" | "sides">;
  /**
   * How many views of each sample: 1 is the plain one; K are the source's augmentations of the
   * epochs 1 to K. Default 1.
   */
  views?: number;
  store: FeatureStore;
  /** Says which samples these are and how they are augmented; without it nothing is found again. */
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
 * Runs the frozen part of a network once over every view of every sample and keeps what it gives,
 * under a key of the weights, the program and the samples. The generator returns the table. Of a
 * `subsetSource` it keeps the whole, which `dataKey` then names, and returns its rows.
 */
export async function* cacheFeatures(
  options: CacheFeaturesOptions,
): AsyncGenerator<CacheEvent, FeatureTable> {
  const { store, views = 1, source } = options;
  const { subset } = source;
  if (subset) {
    return subsetTable(yield* cacheFeatures({ ...options, source: subset.of }), subset.indices);
  }
  if (source.uniform) return yield* cacheFeatures({ ...options, source: source.uniform });
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
  session: Session,
): AsyncGenerator<FeatureBatch, void> {
  const { program, source, reads, views = 1, batchSize = 32, signal } = options;
  for (let view = 0; view < views; view++) {
    const epoch = views === 1 ? 0 : view + 1;
    const input = { session, program, source, reads, batchSize, epoch };
    yield* extractFeatures({ ...input, ...(signal ? { signal } : {}) });
  }
}

/** Fields come with the first view; the table is laid out once its first batch shows the shapes. */
async function* fill(
  key: string,
  batches: AsyncIterable<FeatureBatch>,
  total: number,
  { store, source, views = 1 }: CacheFeaturesOptions,
): AsyncGenerator<CacheEvent, FeatureTable> {
  const { size } = source;
  let table: { writer: FeatureWriter; fields: Batch; shape: readonly number[] } | undefined;
  let count = 0;
  try {
    for await (const batch of batches) {
      table ??= await begin(batch);
      requireShape(batch.features.shape.slice(1), table.shape);
      if (count < size) keepFields(table.fields, batch.fields, count);
      await table.writer.append(batch.features.data);
      count += batch.features.shape[0]!;
      yield { type: "extract-progress", count, total };
    }
    if (!table) throw new GraftError("dataset-empty", "There are no samples to extract from.");
    const whole = await table.writer.finish();
    table = undefined;
    return whole;
  } finally {
    await table?.writer.discard();
  }

  async function begin({ features, fields: first }: FeatureBatch) {
    const fields = Object.fromEntries(
      Object.entries(first).map(([name, field]) => [name, emptyRows(field, size)]),
    );
    const shape = features.shape.slice(1);
    return { writer: await store.create(key, { size, views, shape, fields }), fields, shape };
  }
}

/** Throws `batch-invalid` for features that the table has no room for. */
function requireShape(actual: readonly number[], expected: readonly number[]): void {
  if (actual.join() === expected.join()) return;
  throw new GraftError(
    "batch-invalid",
    `Features of one batch are [${expected}] a sample, of another [${actual}]. Give the source a \`uniform\` one, or cache nothing (views "none").`,
    { details: { expected, actual } },
  );
}

function keepFields(fields: Batch, rows: Batch, at: number): void {
  for (const [name, field] of Object.entries(fields)) {
    const row = rows[name];
    if (row) putRows(field, row, at);
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
  const parts = JSON.stringify({ format: 2, key, config, digests, views, dataKey });
  return sha256OfText(parts);
}
