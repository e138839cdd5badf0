import type { Source } from "../data/batch.js";
import { gatherRows } from "../data/rows.js";
import { subsetSource } from "../data/subset-source.js";
import { FEATURES } from "../fine-tune/task.js";
import type { FeatureTable } from "./feature-store.js";
import { groupedSource } from "./grouped-table.js";

/**
 * Batches of cached `features` with the table's fields. Epoch e of a training reads view (e - 1)
 * modulo the number of views; evaluation reads the first.
 */
export function featureSource(table: FeatureTable): Source {
  if (table.subset) return subsetSource(featureSource(table.subset.of), table.subset.indices);
  if (table.groups) return groupedSource(table.groups);
  const { size, views, shape, fields } = table;
  return {
    size,
    load: async (indices, { epoch }) => {
      const view = epoch === 0 ? 0 : (epoch - 1) % views;
      const data = await table.read(indices.map((index) => view * size + index));
      const rest = Object.entries(fields).map(
        ([name, field]) => [name, gatherRows(field, indices)] as const,
      );
      return {
        ...Object.fromEntries(rest),
        [FEATURES]: { dtype: "float32", shape: [indices.length, ...shape], data },
      };
    },
  };
}
