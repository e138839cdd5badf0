import type { Source } from "../data/batch.js";
import type { Model } from "../models/model.js";
import type { FloatWeights } from "../weights/host-tensor.js";
import { type FeatureTable, rowLength } from "./feature-store.js";

/** Shift and scale of each feature: (x - mean) / deviation. */
export type Standard = { readonly mean: Float64Array; readonly deviation: Float64Array };

const ROWS = 256;

/**
 * Mean and deviation of each feature over a table; the mean variance is added to each variance: half
 * way between one scale for all and one for each, so that a feature that hardly moved in training
 * does not become the loudest later.
 */
export async function measure(table: FeatureTable): Promise<Standard> {
  const length = rowLength(table.shape);
  const sum = new Float64Array(length);
  const squares = new Float64Array(length);
  const total = table.size * table.views;
  for (let start = 0; start < total; start += ROWS) {
    const rows = Array.from({ length: Math.min(ROWS, total - start) }, (_, i) => start + i);
    const values = await table.read(rows);
    for (let i = 0; i < values.length; i++) {
      sum[i % length]! += values[i]!;
      squares[i % length]! += values[i]! ** 2;
    }
  }
  const mean = sum.map((value) => value / total);
  const variance = squares.map((value, i) => Math.max(0, value / total - mean[i]! ** 2));
  const shared = variance.reduce((a, b) => a + b, 0) / length || 1;
  return { mean, deviation: variance.map((value) => Math.sqrt(value + shared)) };
}

/** The same batches with standardised features. */
export function standardized(source: Source, { mean, deviation }: Standard): Source {
  return {
    size: source.size,
    load: async (indices, context) => {
      const batch = await source.load(indices, context);
      const { features } = batch;
      if (features?.dtype !== "float32") return batch;
      const data = features.data.map(
        (value, i) => (value - mean[i % mean.length]!) / deviation[i % mean.length]!,
      );
      return { ...batch, features: { ...features, data } };
    },
  };
}

/** Whether a model's last stage is one linear layer over pooled features, so that a scale can move into it. */
export function takesStandard(model: Model, shape: readonly number[]): boolean {
  const weight = model.specs[`${model.classifier}.weight`];
  const wanted = model.numClasses * model.numFeatures;
  return (
    shape.length === 1 &&
    shape[0] === model.numFeatures &&
    weight !== undefined &&
    rowLength(weight.shape) === wanted &&
    `${model.classifier}.bias` in model.specs
  );
}

/** A head for the features themselves as one for standardised features: W d and b + W m. */
export function standardize(
  model: Model,
  head: FloatWeights,
  { mean, deviation }: Standard,
): FloatWeights {
  const names = { weight: `${model.classifier}.weight`, bias: `${model.classifier}.bias` };
  const weight = head[names.weight]!;
  const bias = head[names.bias]!;
  const data = weight.data.map((value, i) => value * deviation[i % mean.length]!);
  const shifted = bias.data.map((value, row) => {
    let shift = 0;
    for (let i = 0; i < mean.length; i++) shift += weight.data[row * mean.length + i]! * mean[i]!;
    return value + shift;
  });
  return {
    ...head,
    [names.weight]: { ...weight, data },
    [names.bias]: { ...bias, data: shifted },
  };
}

/** A head trained on standardised features as one for the features themselves: W / d and b - W m / d. */
export function unstandardize(
  model: Model,
  head: FloatWeights,
  { mean, deviation }: Standard,
): FloatWeights {
  const names = { weight: `${model.classifier}.weight`, bias: `${model.classifier}.bias` };
  const weight = head[names.weight]!;
  const bias = head[names.bias]!;
  const data = weight.data.map((value, i) => value / deviation[i % mean.length]!);
  const shifted = bias.data.map((value, row) => {
    let shift = 0;
    for (let i = 0; i < mean.length; i++) shift += data[row * mean.length + i]! * mean[i]!;
    return value - shift;
  });
  return {
    ...head,
    [names.weight]: { ...weight, data },
    [names.bias]: { ...bias, data: shifted },
  };
}
