import type { Batch } from "../engine.js";
import type { Model } from "../models/model.js";
import type { Json } from "../program.js";
import type { FloatWeights, HostTensor } from "../weights/host-tensor.js";
import { formulaValues } from "./formula.js";

/** A text model's outputs as `scripts/golden/bert.py` writes them. */
export type BertGolden = {
  name: string;
  config: Record<string, Json>;
  batch: Record<string, number[][]>;
  keys: string[];
  stages: Record<string, { shape: number[]; digest: number[]; values: number[] }>;
  labels?: number[];
  loss?: number;
  gradients?: Record<string, number[]>;
};

const volume = (shape: readonly number[]): number => shape.reduce((all, size) => all * size, 1);

/** As `fill` in the script. */
export const bertGoldenWeights = (model: Model, name: string): FloatWeights =>
  Object.fromEntries(
    Object.entries(model.specs).map(([key, { shape }]) => {
      const bound = shape.length > 1 ? Math.sqrt(6 / volume(shape.slice(1))) : 0.3;
      const isScale = shape.length === 1 && key.endsWith("weight");
      const [low, high] = isScale ? [0.5, 1.5] : [-bound, bound];
      const data = formulaValues(`${name}/${key}`, volume(shape), low, high);
      return [key, { dtype: "float32", shape, data }];
    }),
  );

/** The case's token numbers, mask and kinds, all int32. */
export const bertGoldenBatch = ({ batch }: BertGolden): Batch =>
  Object.fromEntries(
    Object.entries(batch).map(([key, rows]): [string, HostTensor<"int32">] => {
      const shape = [rows.length, rows[0]!.length];
      return [key, { dtype: "int32", shape, data: Int32Array.from(rows.flat()) }];
    }),
  );

/** The largest error of an output's values and of its two sums, over the output's mean size. */
export function stageError(
  name: string,
  actual: ArrayLike<number>,
  expected: { shape: number[]; digest: number[]; values: number[] },
): number {
  if (actual.length !== volume(expected.shape)) return Number.POSITIVE_INFINITY;
  const [length = 0, product = 0] = expected.digest;
  const size = length / Math.sqrt(actual.length);
  const apart = expected.values.map((value, index) => {
    const place = Math.floor((index * actual.length) / expected.values.length);
    return Math.abs(actual[place]! - value) / Math.max(size, Math.abs(value));
  });
  return Math.max(...apart, digestError(name, actual, [length, product], length));
}

/** The error of an array's length and of its product with numbers by formula, over `scale`. */
export function digestError(
  name: string,
  actual: ArrayLike<number>,
  [length = 0, product = 0]: readonly number[],
  scale: number,
): number {
  const weights = formulaValues(`digest/${name}`, actual.length);
  let [squares, sum] = [0, 0];
  for (let index = 0; index < actual.length; index++) {
    squares += actual[index]! ** 2;
    sum += actual[index]! * weights[index]!;
  }
  return Math.max(Math.abs(Math.sqrt(squares) - length), Math.abs(sum - product)) / scale;
}
