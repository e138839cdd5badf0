import type { Source } from "../data/batch.js";
import type { Batch } from "../engine.js";
import { FEATURES } from "../fine-tune/task.js";
import { type FeatureTable, rowLength, type TableGroups } from "./feature-store.js";

/** Where a sample's rows are. */
type Place = { readonly table: FeatureTable; readonly row: number };

/**
 * The tables as one of rows of the largest shape, filled up with zeros behind shorter ones; batches of
 * its `groupedSource` are as large as the largest of their own samples.
 */
export async function groupedTable(groups: TableGroups): Promise<FeatureTable> {
  const { source, inputs, tables } = groups;
  const { size } = source;
  const places = placesOf(groups);
  const shape = largest(tables);
  const all = Array.from({ length: size }, (_, index) => index);
  const fields = without(await (source.uniform ?? source).load(all, { epoch: 0 }), inputs);
  const read = async (rows: readonly number[]) => {
    const wanted = rows.map((row) => ({ ...places[row % size]!, view: Math.floor(row / size) }));
    return readRows(wanted, shape);
  };
  return { size, views: tables[0]!.views, shape, fields, read, groups };
}

/** Batches of features with the fields that the source gives for the same samples. */
export function groupedSource(groups: TableGroups): Source {
  const { source, inputs, tables } = groups;
  const { size } = source;
  const places = placesOf(groups);
  const isOneShape = tables.every(({ shape }) => shape.join() === tables[0]!.shape.join());
  const from = (
    fields: Source,
    shapeOf: (places: readonly Place[]) => readonly number[],
  ): Source => ({
    size,
    load: async (indices, context) => {
      const view = context.epoch === 0 ? 0 : (context.epoch - 1) % tables[0]!.views;
      const wanted = indices.map((index) => ({ ...places[index]!, view }));
      const shape = shapeOf(wanted);
      const [rest, data] = await Promise.all([
        fields.load(indices, context),
        readRows(wanted, shape),
      ]);
      const features = { dtype: "float32", shape: [indices.length, ...shape], data } as const;
      return { ...without(rest, inputs), [FEATURES]: features };
    },
  });
  const uniform = from(source.uniform ?? source, () => largest(tables));
  if (isOneShape) return uniform;
  const own = from(source, (wanted) => largest(wanted.map(({ table }) => table)));
  return { ...own, uniform, ...(source.groups ? { groups: source.groups } : {}) };
}

function placesOf({ source, tables }: TableGroups): readonly Place[] {
  const places: Place[] = [];
  for (const [at, { indices }] of (source.groups ?? []).entries()) {
    for (let row = 0; row < indices.length; row++)
      places[indices[row]!] = { table: tables[at]!, row };
  }
  return places;
}

/** Rows differ in their first axis alone. */
const largest = (tables: readonly FeatureTable[]): readonly number[] =>
  tables.map(({ shape }) => shape).reduce((a, b) => (rowLength(b) > rowLength(a) ? b : a));

async function readRows(
  wanted: readonly (Place & { readonly view: number })[],
  shape: readonly number[],
): Promise<Float32Array> {
  const length = rowLength(shape);
  const out = new Float32Array(wanted.length * length);
  for (const table of new Set(wanted.map((place) => place.table))) {
    const here = [...wanted.entries()].filter(([, place]) => place.table === table);
    const rows = await table.read(here.map(([, { view, row }]) => view * table.size + row));
    const own = rowLength(table.shape);
    for (const [from, [to]] of here.entries())
      out.set(rows.subarray(from * own, (from + 1) * own), to * length);
  }
  return out;
}

const without = (batch: Batch, names: readonly string[]): Batch =>
  Object.fromEntries(Object.entries(batch).filter(([name]) => !names.includes(name)));
