import * as tf from "@tensorflow/tfjs-core";
import { uniformValues } from "../../random.js";

/** A function whose gradients are checked: which kernels it runs, and from what inputs. */
export type GradientCase = {
  readonly name: string;
  /** The kernels whose rules this case exercises. */
  readonly kernels: readonly string[];
  readonly f: (...inputs: tf.Tensor[]) => tf.Tensor;
  readonly inputs: readonly InputSpec[];
  /** tfjs's own rule for one of these kernels is missing, or differs on purpose: why. */
  readonly unlikeTfjs?: string;
};

export type InputSpec = {
  readonly shape: readonly number[];
  /** Default -1 and 1. */
  readonly low?: number;
  readonly high?: number;
  /** Points where the function has a kink or a step: values within 0.06 are moved away. */
  readonly avoid?: readonly number[];
};

/** The inputs as tensors, the same on every run; the caller disposes them. */
export function makeInputs({ name, inputs }: GradientCase): tf.Tensor[] {
  return inputs.map(({ shape, low = -1, high = 1, avoid = [] }, index) => {
    const count = shape.reduce((all, size) => all * size, 1);
    const values = uniformValues({ seed: index, site: name }, count);
    return tf.tensor(
      values.map((value) => clear(low + value * (high - low), avoid)),
      [...shape],
    );
  });
}

const MARGIN = 0.06;

const clear = (value: number, avoid: readonly number[]): number =>
  avoid.reduce((moved, point) => {
    const gap = moved - point;
    return Math.abs(gap) < MARGIN ? point + (gap < 0 ? -MARGIN : MARGIN) : moved;
  }, value);
