import * as tf from "@tensorflow/tfjs-core";
import { leakyRelu } from "../nn/activation.js";
import type { Conv } from "../nn/conv.js";
import { linear } from "../nn/linear.js";
import { convNorm, type Norm } from "../nn/norm.js";
import { globalAveragePool, maxPool } from "../nn/pool.js";
import type { Model, Stage } from "./model.js";
import { nested } from "./nested.js";
import { convSpecs, fanInBound, normSpecs } from "./specs.js";

export type DarknetOptions = {
  numClasses: number;
  /** Slope of the activation below 0. Default 0.1. */
  negativeSlope?: number;
  /** Odd maps: "same" pools what is left at the edge, "symmetric" drops it. Default "same", as published. */
  padding?: "symmetric" | "same";
  /** Added to batch norm's variances. Default 1e-3. */
  epsilon?: number;
};

type Layer = { index: number; in: number; out: number; kernel: 1 | 3 };
type Weights = Record<`conv${number}`, Conv> & Record<`bn${number}`, Norm>;

/** Channels out of each 3x3, and of the narrow 1x1 between them; a pool ends each block but the last. */
const table: readonly (readonly (readonly [out: number, kernel: 1 | 3])[])[] = [
  [[16, 3]],
  [[32, 3]],
  [
    [16, 1],
    [128, 3],
    [16, 1],
    [128, 3],
  ],
  [
    [32, 1],
    [256, 3],
    [32, 1],
    [256, 3],
  ],
  [
    [64, 1],
    [512, 3],
    [64, 1],
    [512, 3],
    [128, 1],
  ],
];
const FEATURES = 128;
const LAST = 16;

/**
 * Darknet's tiny classifier (J. Redmon, pjreddie.com/darknet, 2016): stages block1 to block5 (max pools
 * included), pool, classifier; weights conv1, bn1, ..., conv15, bn15, conv16, numbered as in the
 * published Keras model. The average comes before the last 1x1: the same numbers for less work.
 */
export function darknetTiny(architecture: string, options: DarknetOptions): Model {
  const { numClasses, negativeSlope = 0.1, padding = "same", epsilon = 1e-3 } = options;
  const blocks = planBlocks();
  const init = { kind: "kaiming-normal", mode: "fan-in" } as const;
  return {
    architecture,
    config: {
      architecture,
      num_classes: numClasses,
      negative_slope: negativeSlope,
      padding,
      bn_eps: epsilon,
    },
    specs: Object.fromEntries([
      ...blocks
        .flat()
        .flatMap(({ index, ...layer }) => [
          ...convSpecs(`conv${index}`, { ...layer, init }),
          ...normSpecs(`bn${index}`, layer.out),
        ]),
      ...convSpecs(`conv${LAST}`, {
        in: FEATURES,
        out: numClasses,
        kernel: 1,
        init,
        bias: fanInBound(FEATURES),
      }),
    ]),
    stages: [
      ...blocks.map((layers, block) =>
        blockStage(layers, {
          name: `block${block + 1}`,
          pooled: block < blocks.length - 1,
          negativeSlope,
          padding,
          epsilon,
        }),
      ),
      { name: "pool", prefixes: [], apply: (_, x) => globalAveragePool(x as tf.Tensor4D) },
      {
        name: "classifier",
        prefixes: [`conv${LAST}`],
        apply: (params, x) => {
          const { weight, bias } = nested<Weights>(params)[`conv${LAST}`]!;
          const matrix: tf.Tensor2D = tf.reshape(weight, [weight.shape[0], FEATURES]);
          return linear({ weight: matrix, ...(bias ? { bias } : {}) }, x as tf.Tensor2D);
        },
      },
    ],
    classifier: `conv${LAST}`,
    numClasses,
    numFeatures: FEATURES,
    trunk: { stage: `block${blocks.length}`, channels: FEATURES },
  };
}

function planBlocks(): readonly (readonly Layer[])[] {
  let index = 0;
  let from = 3;
  return table.map((block) =>
    block.map(([out, kernel]) => {
      const layer = { index: ++index, in: from, out, kernel };
      from = out;
      return layer;
    }),
  );
}

type BlockSettings = Required<Omit<DarknetOptions, "numClasses">> & {
  name: string;
  pooled: boolean;
};

const blockStage = (layers: readonly Layer[], settings: BlockSettings): Stage => ({
  name: settings.name,
  prefixes: layers.flatMap(({ index }) => [`conv${index}`, `bn${index}`]),
  apply: (params, x, pass) => {
    const { epsilon, negativeSlope } = settings;
    const y = layers.reduce((map, { index, kernel }) => {
      const p = nested<Weights>(params);
      const [filter, norm] = [p[`conv${index}`]!, p[`bn${index}`]!];
      const pad = (kernel - 1) / 2;
      return leakyRelu(convNorm(filter, norm, map, { pad, epsilon }, pass), negativeSlope);
    }, x as tf.Tensor4D);
    const pad = settings.padding === "same" ? "same" : 0;
    return settings.pooled ? maxPool(y, { size: 2, pad }) : y;
  },
});
