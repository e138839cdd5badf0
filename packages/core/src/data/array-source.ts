import { checkBatch } from "../engine/host-arrays.js";
import type { Batch } from "../engine.js";
import { GraftError } from "../errors.js";
import type { Source } from "./batch.js";

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
        Object.entries(fields).map(([name, field]) => [name, gather(field, indices)]),
      );
    },
  };
}

type Field = Batch[string];

function gather(field: Field, indices: readonly number[]): Field {
  const { dtype, data, shape } = field;
  const size = data.length / (shape[0] ?? 1);
  const length = indices.length * size;
  const to = [indices.length, ...shape.slice(1)];
  switch (dtype) {
    case "float32":
      return { dtype, shape: to, data: rows(field, indices, new Float32Array(length)) };
    case "int32":
      return { dtype, shape: to, data: rows(field, indices, new Int32Array(length)) };
    case "uint8":
    case "bool":
      return { dtype, shape: to, data: rows(field, indices, new Uint8Array(length)) };
  }
}

function rows<A extends Float32Array | Int32Array | Uint8Array>(
  { data, shape }: Field,
  indices: readonly number[],
  into: A,
): A {
  const size = data.length / (shape[0] ?? 1);
  indices.forEach((index, row) => {
    into.set(data.subarray(index * size, (index + 1) * size), row * size);
  });
  return into;
}
