import type * as tf from "@tensorflow/tfjs-core";
import { relu } from "../nn/activation.js";
import { type Conv, conv } from "../nn/conv.js";
import { dropout } from "../nn/dropout.js";
import { type Linear, linear } from "../nn/linear.js";
import { convNorm, type Norm } from "../nn/norm.js";
import type { Pass } from "../nn/pass.js";
import { adaptiveAveragePool, maxPool } from "../nn/pool.js";
import { type FlattenOrder, flattenMap } from "./flatten-map.js";
import type { Model, Stage } from "./model.js";
import { nested } from "./nested.js";
import { convSpecs, linearSpecs, normSpecs, type SpecLines } from "./specs.js";

export type VggOptions = {
  numClasses: number;
  /** Convolutions in each block. */
  blocks: readonly number[];
  /** Channels of each block. Default 64, 128, 256, 512, 512. */
  widths?: readonly number[];
  /** A norm after each convolution. Default false. */
  batchNorm?: boolean;
  /** Width of the two hidden layers of the head. Default 4096. */
  hiddenWidth?: number;
  /**
   * Order of the flattened map that the first linear layer takes, and that the stage `flatten` gives:
   * channels first as torchvision's weights need, or channels last as Keras's. Default "nchw".
   */
  flatten?: FlattenOrder;
  /** Share of the hidden values dropped in training. Default 0.5. */
  dropout?: number;
  /** Added to batch norm's variances. Default 1e-5. */
  epsilon?: number;
};

/** Side of the map that the head takes, whatever the picture's size. */
const SIDE = 7;
const zero = { kind: "constant", value: 0 } as const;

type Weights = {
  features: Readonly<Record<number, Conv | Norm>>;
  classifier: { 0: Linear; 3: Linear; 6: Linear };
};
/** A convolution's and its norm's numbers in the `features` sequence. */
type Layer = { at: number; norm?: number; in: number; out: number };

/**
 * VGG (arXiv 1409.1556, table 1) with torchvision's keys: stages block1 to block5 (each with its max
 * pool), pool (to 7 x 7), flatten, fc1, fc2 (each with its relu), classifier. Pictures of 224 x 224 give
 * maps (B, 7, 7, 512) in block5 and 25,088 numbers in flatten, in the order of `VggOptions.flatten`.
 */
export function vgg(architecture: string, options: VggOptions): Model {
  const { numClasses, blocks, widths = [64, 128, 256, 512, 512], batchNorm = false } = options;
  const { hiddenWidth = 4096, flatten = "nchw", dropout: rate = 0.5, epsilon = 1e-5 } = options;
  const plan = planBlocks(blocks, widths, batchNorm);
  const channels = widths[blocks.length - 1]!;
  return {
    architecture,
    config: {
      architecture,
      num_classes: numClasses,
      blocks,
      widths,
      batch_norm: batchNorm,
      hidden_width: hiddenWidth,
      flatten,
      dropout_rate: rate,
      bn_eps: epsilon,
    },
    specs: Object.fromEntries([
      ...plan.flat().flatMap(layerSpecs),
      ...headSpecs(SIDE * SIDE * channels, hiddenWidth, numClasses),
    ]),
    stages: [
      ...plan.map((block, index) => blockStage(`block${index + 1}`, block, epsilon)),
      { name: "pool", prefixes: [], apply: (_, x) => adaptiveAveragePool(x as tf.Tensor4D, SIDE) },
      { name: "flatten", prefixes: [], apply: (_, x) => flattenMap(x as tf.Tensor4D, flatten) },
      ...headStages(rate),
    ],
    classifier: "classifier.6",
    numClasses,
    numFeatures: hiddenWidth,
    trunk: { stage: `block${blocks.length}`, channels },
  };
}

/** Numbers as in torchvision's sequence: convolution, norm if any, relu, ..., pool. */
function planBlocks(
  blocks: readonly number[],
  widths: readonly number[],
  batchNorm: boolean,
): readonly (readonly Layer[])[] {
  let at = 0;
  let from = 3;
  return blocks.map((count, block) => {
    const layers = Array.from({ length: count }, (): Layer => {
      const layer = { at, in: from, out: widths[block]!, ...(batchNorm ? { norm: at + 1 } : {}) };
      at += batchNorm ? 3 : 2;
      from = layer.out;
      return layer;
    });
    at += 1;
    return layers;
  });
}

const layerSpecs = ({ at, norm, in: from, out }: Layer): SpecLines => [
  ...convSpecs(`features.${at}`, {
    in: from,
    out,
    kernel: 3,
    init: { kind: "kaiming-normal", mode: "fan-out" },
    bias: zero,
  }),
  ...(norm === undefined ? [] : normSpecs(`features.${norm}`, out)),
];

function headSpecs(features: number, hidden: number, numClasses: number): SpecLines {
  const start = { init: { kind: "normal", std: 0.01 }, bias: zero } as const;
  return [
    ...linearSpecs("classifier.0", { in: features, out: hidden, ...start }),
    ...linearSpecs("classifier.3", { in: hidden, out: hidden, ...start }),
    ...linearSpecs("classifier.6", { in: hidden, out: numClasses, ...start }),
  ];
}

const blockStage = (name: string, layers: readonly Layer[], epsilon: number): Stage => ({
  name,
  prefixes: layers.flatMap(({ at, norm }) =>
    [at, ...(norm === undefined ? [] : [norm])].map((index) => `features.${index}`),
  ),
  apply: (params, x, pass) => {
    const { features } = nested<Weights>(params);
    const y = layers.reduce((map, { at, norm }) => {
      const filter = features[at] as Conv;
      if (norm === undefined) return relu(conv(filter, map, { pad: 1 }));
      return relu(convNorm(filter, features[norm] as Norm, map, { pad: 1, epsilon }, pass));
    }, x as tf.Tensor4D);
    return maxPool(y, { size: 2 });
  },
});

/** Dropout comes at the start of a stage, so that the features of the one before can be kept. */
function headStages(rate: number): readonly Stage[] {
  const at = (params: Parameters<Stage["apply"]>[0], index: 0 | 3 | 6) =>
    nested<Weights>(params).classifier[index];
  const dropped = (x: tf.Tensor, index: number, pass: Pass) =>
    dropout(x as tf.Tensor2D, { rate, site: `classifier.${index}` }, pass);
  return [
    {
      name: "fc1",
      prefixes: ["classifier.0"],
      apply: (params, x) => relu(linear(at(params, 0), x as tf.Tensor2D)),
    },
    {
      name: "fc2",
      prefixes: ["classifier.3"],
      apply: (params, x, pass) => relu(linear(at(params, 3), dropped(x, 2, pass))),
    },
    {
      name: "classifier",
      prefixes: ["classifier.6"],
      apply: (params, x, pass) => linear(at(params, 6), dropped(x, 5, pass)),
    },
  ];
}
