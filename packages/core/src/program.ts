import type * as tf from "@tensorflow/tfjs-core";
import type { Random } from "./random.js";

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** Tensors by name: checkpoint keys for params and buffers, field names for a batch. */
export type TensorMap = Readonly<Record<string, tf.Tensor>>;

export type ProgramInput = {
  /** Every weight the session holds, trainable and frozen, by checkpoint key, in upstream's layout. */
  params: TensorMap;
  /** The running statistics that this program may move. Those of frozen layers are in `params`. */
  buffers: TensorMap;
  /** uint8 fields of the host batch arrive as int32 tensors. */
  batch: TensorMap;
  random: Random;
  training: boolean;
};

export type ProgramOutput = {
  /** The scalar that `session.step` minimises: already the (weighted) mean over the batch. */
  loss?: tf.Scalar;
  metrics?: Readonly<Record<string, tf.Scalar>>;
  /** The next value of each buffer that moved. */
  buffers?: TensorMap;
  outputs?: TensorMap;
};

/**
 * A computation as a value: engines run it eagerly or trace it once per batch shape.
 * `key` and `config` must describe everything that `run` closes over; `run` is pure and reads no data.
 */
export type Program = {
  readonly key: string;
  readonly config: Json;
  run(input: ProgramInput): ProgramOutput;
};
