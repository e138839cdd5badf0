import { gatherRows } from "../data/rows.js";
import { subsetIndices } from "../data/subset-source.js";
import type { FeatureTable } from "./feature-store.js";

/** The rows of some samples of a table, in this order: nothing is copied. Throws `batch-invalid`. */
export function subsetTable(table: FeatureTable, indices: readonly number[]): FeatureTable {
  const of = table.subset?.of ?? table;
  const places = subsetIndices(table, indices);
  const size = indices.length;
  return {
    ...of,
    size,
    subset: { of, indices: places },
    fields: Object.fromEntries(
      Object.entries(of.fields).map(([name, field]) => [name, gatherRows(field, places)]),
    ),
    read: (rows) =>
      of.read(rows.map((row) => Math.floor(row / size) * of.size + places[row % size]!)),
  };
}
