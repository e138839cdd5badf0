import type * as tf from "@tensorflow/tfjs-core";
import type { TensorMap } from "../program.js";
import type { Random } from "../random.js";

/** What a layer that behaves differently in training needs to know. */
export type Pass = {
  readonly training: boolean;
  readonly random: Random;
  /** What stages read beside the one tensor that runs through them, by name, such as "attention_mask". */
  readonly inputs: TensorMap;
  /** Told of what layers compute on the way, by the name of the place: attention weights (B, heads, S, S). */
  readonly watch?: ((name: string, value: tf.Tensor) => void) | undefined;
  /** True when this running statistic is live: the layer then uses the batch's own and moves it. */
  moves(statistic: tf.Tensor): boolean;
  move(statistic: tf.Tensor, next: tf.Tensor): void;
};

/** One forward pass over live buffers; `moved()` tells their next values by name. */
export function createPass(input: {
  training: boolean;
  random: Random;
  buffers: TensorMap;
  /** Side inputs by name. Default: none. */
  inputs?: TensorMap;
  watch?: Pass["watch"];
}): Pass & {
  moved(): TensorMap;
} {
  const { training, random, buffers, inputs = {}, watch } = input;
  const names = new Map(Object.entries(buffers).map(([name, tensor]) => [tensor, name]));
  const next: Record<string, tf.Tensor> = {};
  return {
    training,
    random,
    inputs,
    watch,
    moves: (statistic) => training && names.has(statistic),
    move: (statistic, value) => {
      const name = names.get(statistic);
      if (name !== undefined) next[name] = value;
    },
    moved: () => next,
  };
}
