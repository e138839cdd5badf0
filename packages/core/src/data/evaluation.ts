import type { Batch } from "../engine.js";
import { GraftError } from "../errors.js";
import { checkSizes, type Source } from "./batch.js";
import { prefetched } from "./prefetch.js";

/**
 * Every sample once, in order, in batches of one size: the last is padded with copies of its last
 * sample. Each batch carries `weight`, (B) float32: the source's own (which may be (B, S)) or 1, and 0 for padding.
 */
export function evaluationBatches(
  source: Source,
  options: { batchSize: number; prefetch?: number },
): AsyncIterable<Batch> {
  const { batchSize, prefetch = 1 } = options;
  checkSizes(source, batchSize);
  function* plan(): Generator<() => Promise<Batch>> {
    for (let start = 0; start < source.size; start += batchSize) {
      const count = Math.min(batchSize, source.size - start);
      const indices = Array.from({ length: count }, (_, i) => start + i);
      yield async () => pad(await source.load(indices, { epoch: 0 }), count, batchSize);
    }
  }
  return { [Symbol.asyncIterator]: () => prefetched(plan(), prefetch) };
}

function pad(batch: Batch, count: number, batchSize: number): Batch {
  const weight = batch.weight ?? {
    dtype: "float32",
    shape: [count],
    data: new Float32Array(count).fill(1),
  };
  const padded = Object.entries({ ...batch, weight }).map(
    ([name, field]) => [name, padField(name, field, count, batchSize)] as const,
  );
  const fields: Batch = Object.fromEntries(padded);
  const padding = (count * weight.data.length) / (weight.shape[0] ?? 1);
  fields.weight?.data.fill(0, padding);
  return fields;
}

type Field = Batch[string];

function padField(name: string, field: Field, count: number, batchSize: number): Field {
  const [length, ...rest] = field.shape;
  if (length !== count) {
    throw new GraftError(
      "batch-invalid",
      `The field "${name}" holds ${length} samples and ${count} were asked for.`,
      { details: { field: name, expected: count, actual: length } },
    );
  }
  const size = field.data.length / count;
  const shape = [batchSize, ...rest];
  switch (field.dtype) {
    case "float32":
      return { dtype: field.dtype, shape, data: fill(new Float32Array(batchSize * size), field) };
    case "int32":
      return { dtype: field.dtype, shape, data: fill(new Int32Array(batchSize * size), field) };
    case "uint8":
    case "bool":
      return { dtype: field.dtype, shape, data: fill(new Uint8Array(batchSize * size), field) };
  }
}

function fill<A extends Float32Array | Int32Array | Uint8Array>(into: A, field: Field): A {
  const { data, shape } = field;
  const size = data.length / (shape[0] ?? 1);
  into.set(data);
  for (let at = data.length; at < into.length; at += size) into.set(data.subarray(-size), at);
  return into;
}
