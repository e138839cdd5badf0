import { GraftError } from "@graft-ml/core";
import type { Place } from "./rows/row.js";

/** Rows of a chunk: what is there is never copied to make room for more. */
const CHUNK = 2 ** 16;

const createChunk = () => ({
  starts: new Float64Array(CHUNK),
  lengths: new Uint32Array(CHUNK),
  lines: new Uint32Array(CHUNK),
  labels: new Int32Array(CHUNK),
});

/** Where rows stand and what their labels are, 20 bytes a row. */
export function rowPlaces() {
  const chunks: ReturnType<typeof createChunk>[] = [];
  let size = 0;
  return {
    get size() {
      return size;
    },
    add({ start, end, line }: Place, label: number): void {
      const at = size % CHUNK;
      if (at === 0) chunks.push(createChunk());
      const { starts, lengths, lines, labels } = chunks.at(-1)!;
      starts[at] = start;
      lengths[at] = end - start;
      lines[at] = line;
      labels[at] = label;
      size++;
    },
    at(index: number): Place {
      if (!(index >= 0 && index < size)) throw noRow(index, size);
      const [chunk, at] = [chunks[Math.floor(index / CHUNK)]!, index % CHUNK];
      const start = chunk.starts[at]!;
      return { start, end: start + chunk.lengths[at]!, line: chunk.lines[at]! };
    },
    labels(): Int32Array {
      const all = new Int32Array(size);
      for (const [which, { labels }] of chunks.entries()) {
        all.set(labels.subarray(0, size - which * CHUNK), which * CHUNK);
      }
      return all;
    },
  };
}

const noRow = (index: number, size: number): GraftError =>
  new GraftError("batch-invalid", `There is no text ${index} among ${size}.`);
