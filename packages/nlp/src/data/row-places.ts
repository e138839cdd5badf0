import { GraftError } from "@graft-ml/core";
import type { Place } from "./rows/row.js";

/** Where rows stand and what their labels are, 20 bytes a row. */
export function rowPlaces() {
  let size = 0;
  let starts = new Float64Array(1024);
  let lengths = new Uint32Array(1024);
  let lines = new Uint32Array(1024);
  let labels = new Int32Array(1024);
  const grow = (): void => {
    const capacity = 2 * size;
    starts = copied(starts, new Float64Array(capacity));
    lengths = copied(lengths, new Uint32Array(capacity));
    lines = copied(lines, new Uint32Array(capacity));
    labels = copied(labels, new Int32Array(capacity));
  };
  return {
    get size() {
      return size;
    },
    add({ start, end, line }: Place, label: number): void {
      if (size === starts.length) grow();
      starts[size] = start;
      lengths[size] = end - start;
      lines[size] = line;
      labels[size] = label;
      size++;
    },
    at(index: number): Place {
      if (!(index >= 0 && index < size)) throw noRow(index, size);
      const start = starts[index]!;
      return { start, end: start + lengths[index]!, line: lines[index]! };
    },
    labels: (): Int32Array => labels.slice(0, size),
  };
}

const copied = <A extends Float64Array | Int32Array | Uint32Array>(from: A, into: A): A => {
  into.set(from);
  return into;
};

const noRow = (index: number, size: number): GraftError =>
  new GraftError("batch-invalid", `There is no text ${index} among ${size}.`);
