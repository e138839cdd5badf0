import { checkBatch } from "../engine/host-arrays.js";
import type { Batch } from "../engine.js";
import { GraftError } from "../errors.js";
import type { Source } from "./batch.js";
import { gatherRows } from "./rows.js";

/** Samples that are all in memory: one array a field, whose first axis is the sample. Throws `batch-invalid`. */
export function arraySource(fields: Batch): Source {
  checkBatch(fields);
  const size = Object.values(fields)[0]?.shape[0] ?? 0;
  return {
    size,
    async load(indices) {
      const beyond = indices.find((index) => !(index >= 0 && index < size));
      if (beyond !== undefined) {
        throw new GraftError("batch-invalid", `There is no sample ${beyond} among ${size}.`);
      }
      return Object.fromEntries(
        Object.entries(fields).map(([name, field]) => [name, gatherRows(field, indices)]),
      );
    },
  };
}
