import type * as tf from "@tensorflow/tfjs-core";
import { relu6 } from "../nn/activation.js";
import type { Conv } from "../nn/conv.js";
import { dropout } from "../nn/dropout.js";
import { type Linear, linear } from "../nn/linear.js";
import { convNorm, type Norm } from "../nn/norm.js";
import type { Pass } from "../nn/pass.js";
import { globalAveragePool } from "../nn/pool.js";
import type { Model, Stage } from "./model.js";
import { nested } from "./nested.js";
import { roundToEights } from "./round-to-eights.js";
import { convSpecs, linearSpecs, normSpecs, type SpecLines } from "./specs.js";

export type MobileNetV1Options = {
  numClasses: number;
  /** Multiplies every width, rounded to eights. Default 1. */
  widthMultiplier?: number;
  /** "symmetric" as PyTorch pads, "same" as TensorFlow: a checkpoint needs its own. Default "symmetric". */
  padding?: "symmetric" | "same";
  /** Share of the features dropped before the classifier in training. Default 0. */
  dropout?: number;
  /** Added to batch norm's variances. Default 1e-5. */
  epsilon?: number;
};

/** Channels, blocks, first stride (arXiv 1704.04861, table 1). */
const table = [
  [64, 1, 1],
  [128, 2, 2],
  [256, 2, 2],
  [512, 6, 2],
  [1024, 2, 2],
] as const;

type Block = { conv_dw: Conv; bn1: Norm; conv_pw: Conv; bn2: Norm };
type Weights = {
  conv_stem: Conv;
  bn1: Norm;
  blocks: readonly (readonly Block[])[];
  classifier: Linear;
};
type BlockShape = { group: number; index: number; in: number; out: number; stride: number };
type Settings = { padding: "symmetric" | "same"; epsilon: number };

/**
 * MobileNet (arXiv 1704.04861) with timm's keys: stages conv_stem, blocks.0.0 to blocks.4.1, pool,
 * classifier.
 */
export function mobilenetV1(architecture: string, options: MobileNetV1Options): Model {
  const { numClasses, widthMultiplier = 1, padding = "symmetric", epsilon = 1e-5 } = options;
  const rate = options.dropout ?? 0;
  const settings: Settings = { padding, epsilon };
  const stem = roundToEights(32 * widthMultiplier);
  const blocks = planBlocks(stem, widthMultiplier);
  const { group, index, out: numFeatures } = blocks.at(-1)!;
  return {
    architecture,
    config: {
      architecture,
      num_classes: numClasses,
      width_multiplier: widthMultiplier,
      padding,
      dropout_rate: rate,
      bn_eps: epsilon,
    },
    specs: Object.fromEntries([
      ...convSpecs("conv_stem", { in: 3, out: stem, kernel: 3, init }),
      ...normSpecs("bn1", stem),
      ...blocks.flatMap(blockSpecs),
      ...linearSpecs("classifier", {
        in: numFeatures,
        out: numClasses,
        init: { kind: "normal", std: 0.01 },
        bias: { kind: "constant", value: 0 },
      }),
    ]),
    stages: [
      stemStage(settings),
      ...blocks.map((block) => blockStage(block, settings)),
      { name: "pool", prefixes: [], apply: (_, x) => globalAveragePool(x as tf.Tensor4D) },
      {
        name: "classifier",
        prefixes: ["classifier"],
        apply: (params, x, pass) => {
          const kept = dropout(x as tf.Tensor2D, { rate, site: "classifier" }, pass);
          return linear(nested<Weights>(params).classifier, kept);
        },
      },
    ],
    classifier: "classifier",
    numClasses,
    numFeatures,
    trunk: { stage: `blocks.${group}.${index}`, channels: numFeatures },
  };
}

const init = { kind: "kaiming-normal", mode: "fan-out" } as const;

function planBlocks(stem: number, widthMultiplier: number): readonly BlockShape[] {
  let from = stem;
  return table.flatMap(([channels, count, stride], group) =>
    Array.from({ length: count }, (_, index): BlockShape => {
      const out = roundToEights(channels * widthMultiplier);
      const block = { group, index, in: from, out, stride: index === 0 ? stride : 1 };
      from = out;
      return block;
    }),
  );
}

const nameOf = ({ group, index }: BlockShape): string => `blocks.${group}.${index}`;

function blockSpecs(block: BlockShape): SpecLines {
  const { in: from, out } = block;
  const name = nameOf(block);
  return [
    ...convSpecs(`${name}.conv_dw`, { in: from, out: from, kernel: 3, groups: from, init }),
    ...normSpecs(`${name}.bn1`, from),
    ...convSpecs(`${name}.conv_pw`, { in: from, out, kernel: 1, init }),
    ...normSpecs(`${name}.bn2`, out),
  ];
}

type LayerOptions = Settings & { stride: number; groups?: number };

/** A 3x3 with its norm and activation. */
function layer(
  p: { filter: Conv; norm: Norm },
  x: tf.Tensor4D,
  { padding, ...rest }: LayerOptions,
  pass: Pass,
): tf.Tensor4D {
  const pad = padding === "same" ? "same" : 1;
  return relu6(convNorm(p.filter, p.norm, x, { ...rest, pad }, pass));
}

const stemStage = (settings: Settings): Stage => ({
  name: "conv_stem",
  prefixes: ["conv_stem", "bn1"],
  apply: (params, x, pass) => {
    const { conv_stem: filter, bn1: norm } = nested<Weights>(params);
    return layer({ filter, norm }, x as tf.Tensor4D, { ...settings, stride: 2 }, pass);
  },
});

/** Depthwise 3x3, then 1x1, a norm and an activation after each. */
const blockStage = (block: BlockShape, settings: Settings): Stage => ({
  name: nameOf(block),
  prefixes: [nameOf(block)],
  apply: (params, x, pass) => {
    const p = nested<Weights>(params).blocks[block.group]![block.index]!;
    const options = { ...settings, stride: block.stride, groups: block.in };
    const y = layer({ filter: p.conv_dw, norm: p.bn1 }, x as tf.Tensor4D, options, pass);
    return relu6(convNorm(p.conv_pw, p.bn2, y, { epsilon: settings.epsilon }, pass));
  },
});
