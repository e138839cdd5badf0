import * as tf from "@tensorflow/tfjs-core";
import type { HostArrays } from "../verify.js";
import { integers, numbers } from "./onnxruntime.js";

type Tensors = Record<string, tf.Tensor>;

/** A program over many kernels, its inputs, and the largest relative error that passes (1e-6). */
export type Case = {
  readonly inputs: HostArrays;
  readonly run: (t: Tensors) => Tensors;
  readonly tolerance?: number;
};

export const t = (value: tf.Tensor | undefined): tf.Tensor => value as tf.Tensor;
export const bool = (x: tf.Tensor): tf.Tensor => tf.greater(x, 0.3);

export const a = numbers([2, 3, 4], { seed: 1 });
export const b = numbers([2, 3, 4], { seed: 2 });
export const row = numbers([4], { seed: 3 });
export const column = numbers([3, 1], { seed: 4 });
export const nchw = numbers([2, 5, 3, 4], { seed: 5 });
export const ints = integers([2, 3, 4], -7, 8, 6);
export const divisors = integers([2, 3, 4], 1, 6, 7);
