import type * as tf from "@tensorflow/tfjs-core";
import { GraftError } from "../errors.js";
import { type Linear, linear } from "../nn/linear.js";
import { globalAveragePool, globalMaxPool } from "../nn/pool.js";
import { isUnder } from "../tree.js";
import { flattenMap } from "./flatten-map.js";
import type { Model, Stage, WeightSpecs } from "./model.js";
import { nested } from "./nested.js";
import { stagesOf } from "./run-stages.js";
import { fanInBound, linearSpecs } from "./specs.js";

/**
 * What follows the last maps (B, H, W, C): nothing; their mean or maximum (B, C); or all their numbers
 * (B, H W C), channels last as Keras's Flatten gives them or first as PyTorch's.
 */
export type Pooling = "none" | "avg" | "max" | "flatten-nhwc" | "flatten-nchw";

const poolStage = (name: string, apply: (x: tf.Tensor4D) => tf.Tensor): Stage => ({
  name,
  prefixes: [],
  apply: (_, x) => apply(x as tf.Tensor4D),
});

const pools: Readonly<Record<Pooling, readonly Stage[]>> = {
  none: [],
  avg: [poolStage("pool", globalAveragePool)],
  max: [poolStage("pool", globalMaxPool)],
  "flatten-nhwc": [poolStage("flatten", (x) => flattenMap(x, "nhwc"))],
  "flatten-nchw": [poolStage("flatten", (x) => flattenMap(x, "nchw"))],
};

/** The names of `Pooling`. */
export const poolings: readonly string[] = Object.keys(pools);

export const isPooling = (name: string): name is Pooling => poolings.includes(name);

const HEAD = "head";

/**
 * The trunk alone, with this pooling; with `numClasses`, one linear layer "head" on its pooled
 * features. Throws `config-invalid` for a head on features that are not pooled.
 */
export function cutTop(
  model: Model,
  options: { pooling: Pooling; numClasses?: number | undefined },
): Model {
  const { pooling, numClasses } = options;
  const { stage, channels } = model.trunk;
  const stages = [...stagesOf(model, { to: stage }), ...pools[pooling]];
  const { num_classes: _, ...rest } = model.config;
  const bare: Model = {
    ...model,
    config: { ...rest, include_top: false, feature_pooling: pooling },
    specs: specsUnder(model.specs, stages),
    stages,
    classifier: HEAD,
    numClasses: 0,
    numFeatures: channels,
  };
  if (numClasses === undefined) return bare;
  if (pooling !== "avg" && pooling !== "max") {
    throw new GraftError(
      "config-invalid",
      `A head for ${numClasses} classes on "${model.architecture}" without its top needs the pooling "avg" or "max", not "${pooling}".`,
      { details: { architecture: model.architecture, pooling } },
    );
  }
  return withLinearHead(bare, numClasses);
}

function withLinearHead(model: Model, numClasses: number): Model {
  const init = fanInBound(model.numFeatures);
  const head = linearSpecs(HEAD, { in: model.numFeatures, out: numClasses, init, bias: init });
  const stage: Stage = {
    name: HEAD,
    prefixes: [HEAD],
    apply: (params, x) => linear(nested<{ head: Linear }>(params).head, x as tf.Tensor2D),
  };
  return {
    ...model,
    config: { ...model.config, num_classes: numClasses },
    specs: { ...model.specs, ...Object.fromEntries(head) },
    stages: [...model.stages, stage],
    numClasses,
  };
}

const specsUnder = (specs: WeightSpecs, stages: readonly Stage[]): WeightSpecs => {
  const prefixes = stages.flatMap((stage) => stage.prefixes);
  const owned = (name: string) => prefixes.some((prefix) => isUnder(name, prefix));
  return Object.fromEntries(Object.entries(specs).filter(([name]) => owned(name)));
};

/** The key of the filter that the picture meets first. */
export const firstFilter = (model: Model): string => Object.keys(model.specs)[0] ?? "";

/** The same model for pictures of other channels. Throws `config-invalid` where no filter comes first. */
export function changeInput(model: Model, inputChannels: number): Model {
  const name = firstFilter(model);
  const spec = model.specs[name];
  if (spec?.shape.length !== 4) {
    throw new GraftError(
      "config-invalid",
      `"${model.architecture}" has no channels to change: its first weight is no filter but "${name}".`,
      { details: { architecture: model.architecture, name } },
    );
  }
  const [out, , ...window] = spec.shape;
  const shape = [out!, inputChannels, ...window];
  return {
    ...model,
    config: { ...model.config, in_chans: inputChannels },
    specs: { ...model.specs, [name]: { ...spec, shape } },
  };
}
