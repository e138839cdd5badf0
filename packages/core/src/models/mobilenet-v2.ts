import * as tf from "@tensorflow/tfjs-core";
import { relu6 } from "../nn/activation.js";
import type { Conv, Padding } from "../nn/conv.js";
import { dropout } from "../nn/dropout.js";
import { type Linear, linear } from "../nn/linear.js";
import { convNorm, type Norm } from "../nn/norm.js";
import type { Pass } from "../nn/pass.js";
import { globalAveragePool } from "../nn/pool.js";
import type { Model, Stage } from "./model.js";
import { nested } from "./nested.js";
import { roundToEights } from "./round-to-eights.js";
import { convSpecs, linearSpecs, normSpecs, type SpecLines } from "./specs.js";

export type MobileNetV2Options = {
  numClasses: number;
  /** Multiplies every width, rounded to eights. Default 1. */
  widthMultiplier?: number;
  /** "symmetric" as torchvision, "same" as TensorFlow: a checkpoint needs its own. Default "symmetric". */
  padding?: "symmetric" | "same";
  /** Share of the features dropped before the classifier in training. Default 0.2. */
  dropout?: number;
  /** Added to batch norm's variances. Default 1e-5. */
  epsilon?: number;
};

/** Expansion, channels, blocks, first stride (arXiv 1801.04381, table 2). */
const table = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

type Layer = readonly [Conv, Norm];
/** `conv` is expand, depthwise, project, norm; without expansion the first is missing. */
type Block = { conv: readonly [...Layer[], Conv, Norm] };
type Weights = { features: Readonly<Record<number, Layer | Block>>; classifier: { 1: Linear } };
type BlockShape = { in: number; out: number; expansion: number; stride: number };
type Settings = { padding: "symmetric" | "same"; epsilon: number };

/** MobileNetV2 (arXiv 1801.04381) with torchvision's keys: stages features.0 to features.18, pool, classifier. */
export function mobilenetV2(architecture: string, options: MobileNetV2Options): Model {
  const { numClasses, widthMultiplier = 1, padding = "symmetric", epsilon = 1e-5 } = options;
  const rate = options.dropout ?? 0.2;
  const settings: Settings = { padding, epsilon };
  const stem = roundToEights(32 * widthMultiplier);
  const blocks = planBlocks(stem, widthMultiplier);
  const numFeatures = roundToEights(1280 * Math.max(1, widthMultiplier));
  const last = blocks.length + 1;
  const init = { kind: "normal", std: 0.01 } as const;
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
      ...layerSpecs("features.0", 3, stem, 3),
      ...blocks.flatMap((block, index) => blockSpecs(`features.${index + 1}.conv`, block)),
      ...layerSpecs(`features.${last}`, blocks.at(-1)!.out, numFeatures, 1),
      ...linearSpecs("classifier.1", {
        in: numFeatures,
        out: numClasses,
        init,
        bias: { kind: "constant", value: 0 },
      }),
    ]),
    stages: [
      layerStage(0, { kernel: 3, stride: 2, ...settings }),
      ...blocks.map((block, index) => blockStage(index + 1, block, settings)),
      layerStage(last, { kernel: 1, stride: 1, ...settings }),
      { name: "pool", prefixes: [], apply: (_, x) => globalAveragePool(x as tf.Tensor4D) },
      {
        name: "classifier",
        prefixes: ["classifier"],
        apply: (params, x, pass) => {
          const kept = dropout(x as tf.Tensor2D, { rate, site: "classifier.0" }, pass);
          return linear(nested<Weights>(params).classifier[1], kept);
        },
      },
    ],
    classifier: "classifier.1",
    numClasses,
    numFeatures,
    trunk: { stage: `features.${last}`, channels: numFeatures },
  };
}

function planBlocks(stem: number, widthMultiplier: number): BlockShape[] {
  const plan: BlockShape[] = [];
  for (const [expansion, channels, count, stride] of table) {
    const out = roundToEights(channels * widthMultiplier);
    for (let index = 0; index < count; index++) {
      const from = plan.at(-1)?.out ?? stem;
      plan.push({ in: from, out, expansion, stride: index === 0 ? stride : 1 });
    }
  }
  return plan;
}

const init = { kind: "kaiming-normal", mode: "fan-out" } as const;

const layerSpecs = (
  name: string,
  from: number,
  out: number,
  kernel: number,
  groups = 1,
): SpecLines => [
  ...convSpecs(`${name}.0`, { in: from, out, kernel, groups, init }),
  ...normSpecs(`${name}.1`, out),
];

function blockSpecs(name: string, { in: from, out, expansion }: BlockShape): SpecLines {
  const hidden = from * expansion;
  const expand = expansion === 1 ? [] : layerSpecs(`${name}.0`, from, hidden, 1);
  const at = expansion === 1 ? 0 : 1;
  return [
    ...expand,
    ...layerSpecs(`${name}.${at}`, hidden, hidden, 3, hidden),
    ...convSpecs(`${name}.${at + 1}`, { in: hidden, out, kernel: 1, init }),
    ...normSpecs(`${name}.${at + 2}`, out),
  ];
}

type LayerOptions = Settings & { kernel: number; stride: number; groups?: number };

function layer(p: Layer, x: tf.Tensor4D, options: LayerOptions, pass: Pass): tf.Tensor4D {
  const { kernel, padding, ...rest } = options;
  const pad: Padding = padding === "same" ? "same" : (kernel - 1) / 2;
  return relu6(convNorm(p[0], p[1], x, { ...rest, pad }, pass));
}

const layerStage = (index: number, options: LayerOptions): Stage => ({
  name: `features.${index}`,
  prefixes: [`features.${index}`],
  apply: (params, x, pass) =>
    layer(nested<Weights>(params).features[index] as Layer, x as tf.Tensor4D, options, pass),
});

const blockStage = (index: number, shape: BlockShape, settings: Settings): Stage => ({
  name: `features.${index}`,
  prefixes: [`features.${index}`],
  apply: (params, x, pass) => {
    const { conv } = nested<Weights>(params).features[index] as Block;
    return invertedResidual(conv, x as tf.Tensor4D, { ...shape, ...settings }, pass);
  },
});

/** Expand 1x1, depthwise 3x3, project 1x1 without activation; added to the input where shapes agree. */
function invertedResidual(
  p: Block["conv"],
  x: tf.Tensor4D,
  shape: BlockShape & Settings,
  pass: Pass,
): tf.Tensor4D {
  const { padding, epsilon, stride, expansion } = shape;
  const groups = shape.in * expansion;
  const layers = p.slice(0, -2) as Layer[];
  const [projection, norm] = p.slice(-2) as [Conv, Norm];
  const [expand, depthwise] = expansion === 1 ? [undefined, layers[0]!] : [layers[0]!, layers[1]!];
  const wide = expand ? layer(expand, x, { kernel: 1, stride: 1, padding, epsilon }, pass) : x;
  const y = layer(depthwise, wide, { kernel: 3, stride, groups, padding, epsilon }, pass);
  const narrow = convNorm(projection, norm, y, { epsilon }, pass);
  return stride === 1 && shape.in === shape.out ? tf.add<tf.Tensor4D>(x, narrow) : narrow;
}
