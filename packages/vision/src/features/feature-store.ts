import { GraftError, type Source } from "@graft-ml/core";

/** Rows of features of one shape: every view of every picture, view by view, and the labels. */
export type FeatureTable = {
  /** Pictures; there are `views` rows of each. */
  readonly size: number;
  readonly views: number;
  /** Shape of one row. */
  readonly shape: readonly number[];
  /** A label for each picture. */
  readonly labels: Int32Array;
  /** The rows asked for, one after the other; row of view v of picture i is v * size + i. */
  read(rows: readonly number[]): Promise<Float32Array>;
};

export type TableLayout = Pick<FeatureTable, "size" | "views" | "shape" | "labels">;

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

export const rowLength = (shape: readonly number[]): number => shape.reduce((all, n) => all * n, 1);

/** Bytes of the features of a table. */
export const tableBytes = ({ size, views, shape }: TableLayout): number =>
  4 * size * views * rowLength(shape);

/** Tables in memory, up to a bound. Default 2 GiB. Throws `config-invalid` for a table that does not fit. */
export function memoryFeatureStore(options: { maxBytes?: number } = {}): FeatureStore {
  const { maxBytes = 2 * 2 ** 30 } = options;
  const tables = new Map<string, FeatureTable>();
  let held = 0;
  return {
    find: async (key) => tables.get(key),
    create: async (key, layout) => {
      const bytes = tableBytes(layout);
      requireRoom(bytes, maxBytes - held);
      held += bytes;
      const data = new Float32Array(bytes / 4);
      let filled = 0;
      return {
        append: async (values) => {
          data.set(values, filled);
          filled += values.length;
        },
        finish: async () => {
          const table = {
            ...layout,
            read: async (rows: readonly number[]) => pick(data, layout, rows),
          };
          tables.set(key, table);
          return table;
        },
        discard: async () => {
          held -= bytes;
        },
      };
    },
  };
}

export function requireRoom(bytes: number, room: number): void {
  if (bytes <= room) return;
  const mib = (n: number) => `${Math.ceil(n / 2 ** 20)} MiB`;
  throw new GraftError(
    "config-invalid",
    `The features take ${mib(bytes)} and the cache has ${mib(Math.max(0, room))} left. Cut later in the model, cache fewer views, or give the cache more room.`,
    { details: { bytes, room } },
  );
}

function pick(data: Float32Array, { shape }: TableLayout, rows: readonly number[]): Float32Array {
  const length = rowLength(shape);
  const out = new Float32Array(rows.length * length);
  rows.forEach((row, i) => {
    out.set(data.subarray(row * length, (row + 1) * length), i * length);
  });
  return out;
}

/**
 * Batches of cached `features` and `labels`. Epoch e of a training reads view (e - 1) modulo the
 * number of views; evaluation reads the first.
 */
export function featureSource(table: FeatureTable): Source {
  const { size, views, shape, labels } = table;
  return {
    size,
    load: async (indices, { epoch }) => {
      const view = epoch === 0 ? 0 : (epoch - 1) % views;
      const data = await table.read(indices.map((index) => view * size + index));
      const label = Int32Array.from(indices, (index) => labels[index]!);
      return {
        features: { dtype: "float32", shape: [indices.length, ...shape], data },
        labels: { dtype: "int32", shape: [indices.length], data: label },
      };
    },
  };
}
