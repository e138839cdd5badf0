import { GraftError } from "../errors.js";

/** A tensor as the client has it. */
export type ClientTensor = {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
};

/** How one vector is made of many: the mean, the first token, or what the model itself makes of them. */
export type FrozenPooling = "mean" | "cls" | "pooler";

/**
 * A client's output as a row a sample: vectors (B, D) as they are, tokens (B, S, D) pooled, maps
 * (B, C, H, W) averaged. Throws `batch-invalid` for any other shape, another type, and numbers that are none.
 */
export function pooledRows(
  output: ClientTensor,
  { pooling, count }: { pooling: FrozenPooling; count: number },
): { data: Float32Array; width: number } {
  const { type, dims, data } = Object(output) as ClientTensor;
  if (!(data instanceof Float32Array) || !Array.isArray(dims)) {
    throw invalid(
      `${type ?? typeof output}, and must be float32. Open the model with dtype "fp32"`,
    );
  }
  if (dims[0] !== count) throw invalid(`[${dims}] for ${count} samples`);
  const rows = rowsOf(data, dims, pooling);
  const lost = rows.data.findIndex((value) => !Number.isFinite(value));
  if (lost < 0) return rows;
  throw invalid(`not a number at sample ${Math.floor(lost / rows.width)} of the batch`);
}

function rowsOf(data: Float32Array, dims: readonly number[], pooling: FrozenPooling) {
  const [count = 0, second = 0, third = 1] = dims;
  if (dims.length === 2) return { data: data.slice(), width: second };
  if (dims.length === 4) {
    const area = data.length / (count * second);
    return { data: means(data, { outer: count * second, inner: area, width: 1 }), width: second };
  }
  if (dims.length !== 3 || second === 0) {
    throw invalid(`[${dims}], and must be (B, D), (B, S, D) or (B, C, H, W)`);
  }
  const width = third;
  if (pooling === "mean") {
    return { data: means(data, { outer: count, inner: second, width }), width };
  }
  const first = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    const start = row * second * width;
    first.set(data.subarray(start, start + width), row * width);
  }
  return { data: first, width };
}

/** Means over the middle axis: (outer, inner, width) -> (outer, width). */
function means(
  data: Float32Array,
  { outer, inner, width }: { outer: number; inner: number; width: number },
): Float32Array {
  return Float32Array.from({ length: outer * width }, (_, at) => {
    const start = Math.floor(at / width) * inner * width + (at % width);
    let sum = 0;
    for (let place = 0; place < inner; place++) sum += data[start + place * width]!;
    return sum / inner;
  });
}

const invalid = (what: string): GraftError =>
  new GraftError("batch-invalid", `The features that the pipeline gave are ${what}.`);
