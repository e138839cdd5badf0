import type * as tf from "@tensorflow/tfjs-core";
import type { Pass } from "../nn/pass.js";
import type { Json, TensorMap } from "../program.js";

/** How a weight starts: the names of torch.nn.init, and constants. */
export type Init =
  | { readonly kind: "kaiming-normal"; readonly mode: "fan-in" | "fan-out" }
  | { readonly kind: "kaiming-uniform" }
  | { readonly kind: "normal"; readonly std: number }
  | { readonly kind: "uniform"; readonly bound: number }
  | { readonly kind: "constant"; readonly value: number };

export type WeightSpec = {
  readonly shape: readonly number[];
  /** A buffer is a running statistic: saved with the weights, moved by batch norm, never by the optimizer. */
  readonly role: "param" | "buffer";
  readonly init: Init;
  /** Filters: in how many groups the channels are convolved apart, where it is more than one. */
  readonly groups?: number;
};

/** Every weight of a model: checkpoint key -> what it is. Its order is the order of the file. */
export type WeightSpecs = Readonly<Record<string, WeightSpec>>;

/** A named piece of the straight line from input to logits; everything can be cut between stages. */
export type Stage = {
  readonly name: string;
  /** The checkpoint-key prefixes whose weights this stage owns. */
  readonly prefixes: readonly string[];
  readonly apply: (params: TensorMap, x: tf.Tensor, pass: Pass) => tf.Tensor;
};

/**
 * An architecture with its sizes filled in. Pictures enter as (B, H, W, C) float32, normalised;
 * texts as token numbers (B, S) int32, with what else stages read of them among the pass's `inputs`.
 * The last stage is the head, (B, features) or a map -> (B, classes) logits, unless the top was left out.
 */
export type Model = {
  readonly architecture: string;
  /** Everything needed to build the same model again. */
  readonly config: { readonly [key: string]: Json };
  readonly specs: WeightSpecs;
  readonly stages: readonly Stage[];
  /** Key prefix of the last layer, which a new number of classes replaces, such as "fc". */
  readonly classifier: string;
  /** 0 where the top was left out. */
  readonly numClasses: number;
  /** Width of what enters the classifier. */
  readonly numFeatures: number;
  /** The last stage before pooling and head, and the channels that it gives. */
  readonly trunk: { readonly stage: string; readonly channels: number };
};
