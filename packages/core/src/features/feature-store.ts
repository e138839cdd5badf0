import type { Source } from "../data/batch.js";
import type { Subset } from "../data/subset-source.js";
import type { Batch } from "../engine.js";
import { GraftError } from "../errors.js";
import { halfToNumber, numberToHalf } from "../weights/half.js";

/** Rows of features of one shape: every view of every sample, view by view, and the rest of the batches. */
export type FeatureTable = {
  /** Samples; there are `views` rows of each. */
  readonly size: number;
  readonly views: number;
  /** Shape of one row. */
  readonly shape: readonly number[];
  /** What the batches held besides the network's input, a row a sample: labels, masks, targets. */
  readonly fields: Batch;
  /** The rows asked for, one after the other; row of view v of sample i is v * size + i. */
  read(rows: readonly number[]): Promise<Float32Array>;
  /** Of what it is a part (`subsetTable`). */
  readonly subset?: Subset<FeatureTable>;
  /** Where samples have several shapes: the tables that it is made of. */
  readonly groups?: TableGroups;
};

/** Tables of the groups of a source, each of rows of its own shape, beside what features don't replace. */
export type TableGroups = {
  readonly source: Source;
  /** The fields that features replace. */
  readonly inputs: readonly string[];
  /** In the order of the source's groups. */
  readonly tables: readonly FeatureTable[];
};

export type TableLayout = Pick<FeatureTable, "size" | "views" | "shape" | "fields">;

/** Takes rows in order. */
export type FeatureWriter = {
  append(values: Float32Array): Promise<void>;
  /** The whole table; only then can it be found under its key. */
  finish(): Promise<FeatureTable>;
  /** Drops what was written. */
  discard(): Promise<void>;
};

/** Where features are kept: in memory, or in files that another run finds again. */
export type FeatureStore = {
  /** A whole table under this key, if there is one. */
  find(key: string): Promise<FeatureTable | undefined>;
  create(key: string, layout: TableLayout): Promise<FeatureWriter>;
};

/** float16 takes half the room and rounds each feature to 11 bits: about 3 digits. */
export type FeaturePrecision = "float32" | "float16";

export type FeatureStoreOptions = {
  /** Bytes of features that are kept at most. */
  maxBytes?: number;
  /** Default "float32". */
  precision?: FeaturePrecision;
};

export const rowLength = (shape: readonly number[]): number => shape.reduce((all, n) => all * n, 1);

/** Bytes of the features of a table. */
export const tableBytes = (
  { size, views, shape }: TableLayout,
  precision: FeaturePrecision,
): number => (precision === "float16" ? 2 : 4) * size * views * rowLength(shape);

/** The values as a store of this precision keeps them. */
export const toStored = (
  values: Float32Array,
  precision: FeaturePrecision,
): Float32Array | Uint16Array =>
  precision === "float16" ? Uint16Array.from(values, numberToHalf) : values;

export const fromStored = (values: Float32Array | Uint16Array): Float32Array =>
  values instanceof Float32Array ? values : Float32Array.from(values, halfToNumber);

/** Tables in memory, up to a bound. Default 2 GiB. Throws `config-invalid` for a table that does not fit. */
export function memoryFeatureStore(options: FeatureStoreOptions = {}): FeatureStore {
  const { maxBytes = 2 * 2 ** 30, precision = "float32" } = options;
  const tables = new Map<string, FeatureTable>();
  let held = 0;
  return {
    find: async (key) => tables.get(key),
    create: async (key, layout) => {
      const bytes = tableBytes(layout, precision);
      requireRoom(bytes, maxBytes - held);
      held += bytes;
      const data =
        precision === "float16" ? new Uint16Array(bytes / 2) : new Float32Array(bytes / 4);
      let filled = 0;
      return {
        append: async (values) => {
          data.set(toStored(values, precision), filled);
          filled += values.length;
        },
        finish: async () => {
          const table = { ...layout, read: async (rows: readonly number[]) => pick(data, rows) };
          tables.set(key, table);
          return table;
        },
        discard: async () => {
          held -= bytes;
        },
      };

      function pick(from: Float32Array | Uint16Array, rows: readonly number[]): Float32Array {
        const length = rowLength(layout.shape);
        const out = new Float32Array(rows.length * length);
        rows.forEach((row, i) => {
          out.set(fromStored(from.subarray(row * length, (row + 1) * length)), i * length);
        });
        return out;
      }
    },
  };
}

export function requireRoom(bytes: number, room: number): void {
  if (bytes <= room) return;
  const mib = (n: number) => `${Math.ceil(n / 2 ** 20)} MiB`;
  throw new GraftError(
    "config-invalid",
    `The features take ${mib(bytes)} and the cache has ${mib(Math.max(0, room))} left. Cut later in the model, cache fewer views, keep them as float16, or give the cache more room.`,
    { details: { bytes, room } },
  );
}
