import type { SampleGroup, Source } from "../data/batch.js";
import type { Engine, Session } from "../engine.js";
import type { Task } from "../fine-tune/task.js";
import type { Model } from "../models/model.js";
import { type StageRange, stagesOf } from "../models/run-stages.js";
import { paramGroups } from "../optim/groups.js";
import type { Json, Program } from "../program.js";
import { isUnder, pickWeights } from "../tree.js";
import { bytesOf } from "../weights/dtype.js";
import type { FloatWeights } from "../weights/host-tensor.js";
import type { FeatureStore, FeatureTable } from "./feature-store.js";
import { fillTable } from "./fill-table.js";
import { groupedTable } from "./grouped-table.js";
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
 * `subsetSource` it keeps the whole, which `dataKey` then names, and returns its rows. Samples of
 * several shapes are kept each at its own, such as texts at their bucket's length.
 */
export async function* cacheFeatures(
  options: CacheFeaturesOptions,
): AsyncGenerator<CacheEvent, FeatureTable> {
  const { source } = options;
  const { subset, groups, uniform } = source;
  if (subset) {
    return subsetTable(yield* cacheFeatures({ ...options, source: subset.of }), subset.indices);
  }
  if (!groups && uniform) return yield* cacheFeatures({ ...options, source: uniform });
  const key = await cacheKey(options);
  return yield* cached(options, groups ? await groupParts(key, source, groups) : [{ key, source }]);
}

type Part = { readonly key: string; readonly source: Source; readonly indices?: ArrayLike<number> };

/** One part a group; its key says which samples it holds and at which size. */
const groupParts = (
  key: string,
  { load }: Source,
  groups: readonly SampleGroup[],
): Promise<Part[]> =>
  Promise.all(
    groups.map(async ({ key: name, indices }) => ({
      key: await sha256OfText(JSON.stringify([key, name, Array.from(indices)])),
      indices,
      source: {
        size: indices.length,
        load: (chosen, context) =>
          load(
            chosen.map((index) => indices[index]!),
            context,
          ),
      },
    })),
  );

/** Every part from the store, or worked out by one session that all share. */
async function* cached(
  options: CacheFeaturesOptions,
  parts: readonly Part[],
): AsyncGenerator<CacheEvent, FeatureTable> {
  const { engine, weights, store, views = 1 } = options;
  const total = views * options.source.size;
  const tables: FeatureTable[] = [];
  let session: Session | undefined;
  let count = 0;
  try {
    for (const { key, source } of parts) {
      const found = await store.find(key);
      if (found?.size === source.size) tables.push(found);
      else {
        session ??= await engine.open({ weights, groups: paramGroups({ freeze: () => true }) });
        const progress = { done: count, total };
        tables.push(yield* fillTable({ ...options, key, session, source, progress }));
      }
      count += views * source.size;
    }
    yield { type: "extract-end", count, cached: session === undefined };
  } finally {
    await session?.close();
  }
  if (!options.source.groups) return tables[0]!;
  return groupedTable({ source: options.source, inputs: options.reads.inputs, tables });
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
