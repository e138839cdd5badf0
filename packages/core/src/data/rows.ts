import type { Batch } from "../engine.js";

/** One field of a batch: its first axis is the sample. */
export type Field = Batch[string];

/** These rows of a field, in this order. */
export function gatherRows(field: Field, indices: readonly number[]): Field {
  const into = emptyRows(field, indices.length);
  const size = rowSize(field);
  indices.forEach((index, row) => {
    into.data.set(field.data.subarray(index * size, (index + 1) * size), row * size);
  });
  return into;
}

/** Zeros for `count` samples, like those of a field. */
export function emptyRows(field: Field, count: number): Field {
  const { dtype, shape } = field;
  const length = count * rowSize(field);
  const to = [count, ...shape.slice(1)];
  switch (dtype) {
    case "float32":
      return { dtype, shape: to, data: new Float32Array(length) };
    case "int32":
      return { dtype, shape: to, data: new Int32Array(length) };
    case "uint8":
    case "bool":
      return { dtype, shape: to, data: new Uint8Array(length) };
  }
}

/** Writes rows into a field, the first at sample `at`. */
export function putRows(into: Field, rows: Field, at: number): void {
  into.data.set(rows.data, at * rowSize(into));
}

const rowSize = ({ shape }: Field): number => shape.slice(1).reduce((all, n) => all * n, 1);
