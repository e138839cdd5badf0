import type { Batch } from "../engine.js";
import { GraftError } from "../errors.js";
import type { CacheEvent } from "../features/feature-cache.js";
import {
  type FeatureStore,
  type FeatureTable,
  memoryFeatureStore,
} from "../features/feature-store.js";
import { sha256OfText } from "../features/sha256.js";
import { unitRows } from "../few-shot/class-means.js";
import type { Json } from "../program.js";
import type { HostTensor } from "../weights/host-tensor.js";
import {
  type ClientModel,
  type ClientPipeline,
  type ClientSample,
  type OpenedClient,
  openClient,
} from "./client-pipeline.js";
import type { FrozenPooling } from "./pooled-rows.js";
import { contentDigest, contentOf, isPlace } from "./sample-content.js";

export type FrozenPipelineOptions = {
  /** How one vector is made of a sample's tokens. Default: texts "mean", without padding; pictures "cls". Maps are averaged. */
  pooling?: FrozenPooling;
  /** Makes each vector's length 1. Default false. */
  normalize?: boolean;
  /** Samples that the pipeline gets at once. Default 16. */
  batchSize?: number;
  /** Where tables are kept. Default: in memory, up to 2 GiB. */
  store?: FeatureStore;
  /**
   * Says which model this is, its revision and its precision included, for a store that outlives this
   * object: a pipeline does not tell. Without it tables are found again through this object alone.
   */
  modelKey?: Json;
};

export type FrozenTableOptions = {
  /** Fields with a row a sample that go along, such as `labels`. */
  fields?: Batch;
  /** Says which samples these are where they are places of pictures. Default: their content says it. */
  dataKey?: Json;
  signal?: AbortSignal;
};

/** A network of another library whose vectors our heads learn from. */
export type FrozenPipeline = {
  readonly kind: "texts" | "pictures";
  /** Vectors of samples, (N, D), each worked out anew: what `fitFewShotHead` and heads take. */
  features(
    samples: readonly ClientSample[],
    options?: { signal?: AbortSignal },
  ): Promise<HostTensor<"float32">>;
  /**
   * The same as a table for `featureSource` and `fineTune`, kept under the samples' content and found again.
   * The generator returns it.
   */
  table(
    samples: readonly ClientSample[],
    options?: FrozenTableOptions,
  ): AsyncGenerator<CacheEvent, FeatureTable>;
};

/**
 * A feature-extraction pipeline of transformers.js, for texts or pictures, as a frozen backbone. It is
 * called as it is: nothing of that library is imported, and whoever opened it disposes of it. A sample that
 * comes twice runs once. Throws `config-invalid` for anything else.
 */
export function frozenPipeline(
  pipeline: ClientPipeline | ClientModel,
  options: FrozenPipelineOptions = {},
): FrozenPipeline {
  const { pooling, normalize = false, batchSize = 16, store = memoryFeatureStore() } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new GraftError("config-invalid", `\`batchSize\` is ${batchSize}, and must be 1 or more.`);
  }
  const client = openClient(pipeline, { pooling });
  const { modelKey = crypto.randomUUID() } = options;
  const settings = { client, normalize, batchSize };
  return {
    kind: client.kind,
    features: async (samples, { signal } = {}) => {
      const running = vectors(samples, {
        ...settings,
        contents: await contentsOf(samples),
        signal,
      });
      for (;;) {
        const { done, value } = await running.next();
        if (done) return value;
      }
    },
    async *table(samples, { fields = {}, dataKey, signal } = {}) {
      checkFields(fields, samples.length);
      const contents = await contentsOf(samples);
      const data = await samplesKey(samples, { contents, dataKey, kind: client.kind });
      const how = { format: 1, modelKey, kind: client.kind, pooling, normalize, data };
      const key = data === undefined ? undefined : await sha256OfText(JSON.stringify(how));
      const found = key === undefined ? undefined : await store.find(key);
      if (found?.size === samples.length) {
        yield { type: "extract-end", count: samples.length, cached: true };
        return { ...found, fields };
      }
      const rows = yield* vectors(samples, { ...settings, contents, signal });
      const made = await keep(rows, { store, key: key ?? crypto.randomUUID() });
      yield { type: "extract-end", count: samples.length, cached: false };
      return { ...made, fields };
    },
  };
}

async function keep(
  { shape, data }: HostTensor<"float32">,
  { store, key }: { store: FeatureStore; key: string },
): Promise<FeatureTable> {
  const [size = 0, ...row] = shape;
  const writer = await store.create(key, { size, views: 1, shape: row, fields: {} });
  try {
    await writer.append(data);
    return await writer.finish();
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

const contentsOf = (samples: readonly ClientSample[]): Promise<string[]> =>
  Promise.all(samples.map(contentOf));

/** Undefined where samples are places, and nobody says what is there. */
async function samplesKey(
  samples: readonly ClientSample[],
  of: { contents: readonly string[]; dataKey: Json | undefined; kind: OpenedClient["kind"] },
): Promise<Json | undefined> {
  if (of.dataKey !== undefined) return { dataKey: of.dataKey };
  if (samples.some((sample) => isPlace(sample, of.kind))) return undefined;
  return { content: await contentDigest(of.contents) };
}

type Running = {
  readonly client: OpenedClient;
  readonly normalize: boolean;
  readonly batchSize: number;
  readonly contents: readonly string[];
  readonly signal: AbortSignal | undefined;
};

/** Runs each sample once, those of like length together: the client pads a batch to its longest text. */
async function* vectors(
  samples: readonly ClientSample[],
  { client, normalize, batchSize, contents, signal }: Running,
): AsyncGenerator<CacheEvent, HostTensor<"float32">> {
  if (samples.length === 0) {
    throw new GraftError("dataset-empty", "There are no samples to make features of.");
  }
  const firsts = new Map(contents.map((content, at) => [content, at]));
  const order = [...firsts].sort(([a], [b]) => a.length - b.length);
  const found = new Map<string, Float32Array>();
  for (let start = 0; start < order.length; start += batchSize) {
    if (signal?.aborted) {
      throw new GraftError("aborted", `Making features was stopped after ${start} samples.`);
    }
    const batch = order.slice(start, start + batchSize);
    const { data, width } = await client.run(batch.map(([, at]) => samples[at]!));
    const rows = normalize ? unitRows(data, width) : data;
    for (const [row, [content]] of batch.entries()) {
      found.set(content, rows.subarray(row * width, (row + 1) * width));
    }
    yield { type: "extract-progress", count: found.size, total: order.length };
  }
  return together(contents.map((content) => found.get(content)!));
}

function together(rows: readonly Float32Array[]): HostTensor<"float32"> {
  const width = rows[0]!.length;
  const data = new Float32Array(rows.length * width);
  for (const [at, row] of rows.entries()) {
    if (row.length !== width) {
      throw new GraftError(
        "batch-invalid",
        `The pipeline gave ${width} features and then ${row.length}.`,
      );
    }
    data.set(row, at * width);
  }
  return { dtype: "float32", shape: [rows.length, width], data };
}

function checkFields(fields: Batch, size: number): void {
  for (const [name, { shape }] of Object.entries(fields)) {
    if (shape[0] === size) continue;
    throw new GraftError(
      "batch-invalid",
      `"${name}" has ${shape[0]} rows for ${size} samples. Give one each.`,
    );
  }
}
