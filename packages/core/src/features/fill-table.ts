import type { Source } from "../data/batch.js";
import { emptyRows, putRows } from "../data/rows.js";
import type { Batch, Session } from "../engine.js";
import { GraftError } from "../errors.js";
import { type ExtractOptions, extractFeatures, type FeatureBatch } from "./extract.js";
import type { FeatureStore, FeatureTable, FeatureWriter } from "./feature-store.js";

export type FillOptions = Pick<ExtractOptions, "program" | "reads" | "batchSize" | "signal"> & {
  readonly session: Session;
  readonly source: Source;
  /** Default 1. */
  readonly views?: number;
  readonly store: FeatureStore;
  readonly key: string;
  /** Rows of other tables that were made before, and of all tables together. */
  readonly progress: { readonly done: number; readonly total: number };
};

type Progress = {
  readonly type: "extract-progress";
  readonly count: number;
  readonly total: number;
};

/** A new table of one source. Fields come with the first view; it is laid out once its first batch shows the shapes. */
export async function* fillTable(options: FillOptions): AsyncGenerator<Progress, FeatureTable> {
  const { store, source, views = 1, key, progress } = options;
  const { size } = source;
  let table: { writer: FeatureWriter; fields: Batch; shape: readonly number[] } | undefined;
  let count = 0;
  try {
    for await (const batch of allViews(options)) {
      table ??= await begin(batch);
      requireShape(batch.features.shape.slice(1), table.shape);
      if (count < size) keepFields(table.fields, batch.fields, count);
      await table.writer.append(batch.features.data);
      count += batch.features.shape[0]!;
      yield { type: "extract-progress", count: progress.done + count, total: progress.total };
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

async function* allViews(options: FillOptions): AsyncGenerator<FeatureBatch, void> {
  const { session, program, source, reads, views = 1, batchSize = 32, signal } = options;
  for (let view = 0; view < views; view++) {
    const epoch = views === 1 ? 0 : view + 1;
    const input = { session, program, source, reads, batchSize, epoch };
    yield* extractFeatures({ ...input, ...(signal ? { signal } : {}) });
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
