import type { Batch, Snapshot } from "../../engine.js";
import { sizeOf } from "../../weights/dtype.js";
import type { FloatWeights, HostTensor } from "../../weights/host-tensor.js";

/** Numbers that look random and are the same everywhere, in (-scale, scale). */
export function wave(shape: readonly number[], phase: number, scale = 1): HostTensor<"float32"> {
  const data = Float32Array.from(
    { length: sizeOf(shape) },
    (_, i) => Math.sin(i * 1.7 + phase * 3.1 + 0.3) * Math.cos(i * 0.37 + phase) * scale,
  );
  return { dtype: "float32", shape, data };
}

/** Whole numbers 0 to `below - 1`. */
export function counts(shape: readonly number[], below: number): HostTensor<"int32"> {
  const data = Int32Array.from({ length: sizeOf(shape) }, (_, i) => (i * 7 + 3) % below);
  return { dtype: "int32", shape, data };
}

export const full = (shape: readonly number[], value: number): HostTensor<"float32"> => ({
  dtype: "float32",
  shape,
  data: new Float32Array(sizeOf(shape)).fill(value),
});

/** Samples `from` to `to` of a batch. */
export function slice(batch: Batch, from: number, to: number): Batch {
  return Object.fromEntries(
    Object.entries(batch).map(([name, field]) => {
      const size = field.data.length / (field.shape[0] ?? 1);
      const shape = [to - from, ...field.shape.slice(1)];
      return [name, { ...field, shape, data: field.data.slice(from * size, to * size) }];
    }),
  ) as Batch;
}

/** Largest |a - b| relative to the largest |b| of the same array, over all arrays of two sets of weights. */
export function worstRelative(actual: FloatWeights, expected: FloatWeights): number {
  const names = new Set([...Object.keys(actual), ...Object.keys(expected)]);
  return Math.max(0, ...[...names].map((name) => relative(actual[name], expected[name])));
}

function relative(
  actual: HostTensor<"float32"> | undefined,
  expected: HostTensor<"float32"> | undefined,
): number {
  if (!actual || !expected || actual.data.length !== expected.data.length) return Infinity;
  const scale = expected.data.reduce((top, value) => Math.max(top, Math.abs(value)), 1e-6);
  const gaps = actual.data.map((value, i) => Math.abs(value - expected.data[i]!) / scale);
  return gaps.some(Number.isNaN) ? Infinity : gaps.reduce((top, gap) => Math.max(top, gap), 0);
}

/** A snapshot as plain numbers, to be compared to the bit. */
export const bitsOf = ({ step, seed, weights, buffers, optimizer }: Snapshot): unknown => {
  const bits = (set: FloatWeights): unknown =>
    Object.entries(set)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { data }]) => [name, [...new Uint32Array(new Float32Array(data).buffer)]]);
  const state = Object.entries(optimizer?.state ?? {}).map(([slot, set]) => [slot, bits(set)]);
  return { step, seed, weights: bits(weights), buffers: bits(buffers), state };
};
