import * as tf from "@tensorflow/tfjs-core";
import { relu } from "../nn/activation.js";
import type { Conv } from "../nn/conv.js";
import { type Linear, linear } from "../nn/linear.js";
import { convNorm, type Norm } from "../nn/norm.js";
import { averagePool, globalAveragePool, maxPool } from "../nn/pool.js";
import type { Model, Stage } from "./model.js";
import { nested } from "./nested.js";
import { type Block, type BlockShape, blockSpecs, expansionOf, residual } from "./residual.js";
import { convSpecs, fanInBound, linearSpecs, normSpecs, type SpecLines } from "./specs.js";

/** How the picture enters: 3x3; 7x7 with stride 2 and a pool; or three 3x3 and a pool. */
export type Stem = "cifar" | "imagenet" | "deep";

export type ResNetOptions = {
  numClasses: number;
  block: "basic" | "bottleneck";
  /** Blocks in each layer. */
  blocks: readonly number[];
  /** Inner width of each layer: its output too for basic blocks, a quarter of it for bottlenecks. */
  widths: readonly number[];
  /** Default "imagenet". */
  stem?: Stem;
  /** Channels out of the stem. Default: the first of `widths`. */
  stemWidth?: number;
  /** Groups of the 3x3 in bottlenecks (ResNeXt, arXiv 1611.05431). Default 1. */
  groups?: number;
  /** Width per group over `widths`/64 (wide ResNets, arXiv 1605.07146). Default 64. */
  widthPerGroup?: number;
  /** Which convolution of a bottleneck takes the stride: the first 1x1 is Keras's ("V1"). Default "3x3". */
  bottleneckStride?: "1x1" | "3x3";
  /** Convolutions have biases, as Keras's. Default false. */
  convBias?: boolean;
  /**
   * How many of the last layers make the features: with more than 1, each layer hands its input on beside
   * its own maps, halved, since earlier layers transfer further (arXiv 2201.03529). Default 1, as published.
   */
  featureLayers?: number;
  /** Added to batch norm's variances. Default 1e-5. */
  epsilon?: number;
};

type Weights = {
  /** The deep stem is a sequence whose norms lie between: conv1.0, .1 (norm), .3, .4 (norm), .6. */
  conv1: Conv | Readonly<Record<number, Conv & Norm>>;
  bn1: Norm;
  fc: Linear;
} & Record<`layer${number}`, readonly Block[]>;

type PlannedBlock = { name: string; in: number; width: number; out: number; shape: BlockShape };

/** ResNet (arXiv 1512.03385) with torchvision's keys: stages stem, layer1, ..., pool, fc. */
export function resnet(architecture: string, options: ResNetOptions): Model {
  const { numClasses, blocks, stem = "imagenet", featureLayers = 1, epsilon = 1e-5 } = options;
  const stemWidth = options.stemWidth ?? options.widths[0]!;
  const plan = blocks.map((_, layer) => planLayer(layer, options, stemWidth));
  const widths = plan.slice(-featureLayers).map((layer) => layer.at(-1)!.out);
  const numFeatures = widths.reduce((sum, width) => sum + width, 0);
  const init = { kind: "uniform", bound: 1 / Math.sqrt(numFeatures) } as const;
  return {
    architecture,
    config: configOf(architecture, options),
    specs: Object.fromEntries([
      ...stemSpecs(stem, stemWidth, options.convBias ?? false),
      ...plan.flat().flatMap((block) => blockSpecs(block.name, block)),
      ...linearSpecs("fc", {
        in: numFeatures,
        out: numClasses,
        init,
        bias: fanInBound(numFeatures),
      }),
    ]),
    stages: [
      stemStage(stem, epsilon),
      ...plan.map((layer, index) =>
        layerStage(`layer${index + 1}`, layer, index > blocks.length - featureLayers),
      ),
      { name: "pool", prefixes: [], apply: (_, x) => globalAveragePool(x as tf.Tensor4D) },
      {
        name: "fc",
        prefixes: ["fc"],
        apply: (params, x) => linear(nested<Weights>(params).fc, x as tf.Tensor2D),
      },
    ],
    classifier: "fc",
    numClasses,
    numFeatures,
    trunk: { stage: `layer${blocks.length}`, channels: numFeatures },
  };
}

function planLayer(layer: number, options: ResNetOptions, stemWidth: number): PlannedBlock[] {
  const { block: kind, blocks, widths, groups = 1, widthPerGroup = 64, epsilon = 1e-5 } = options;
  const { bottleneckStride: strideAt = "3x3", convBias: bias = false } = options;
  const expansion = expansionOf(kind);
  const out = widths[layer]! * expansion;
  const width = Math.floor((widths[layer]! * widthPerGroup) / 64) * groups;
  const before = layer === 0 ? stemWidth : widths[layer - 1]! * expansion;
  return Array.from({ length: blocks[layer]! }, (_, index) => ({
    name: `layer${layer + 1}.${index}`,
    in: index === 0 ? before : out,
    width,
    out,
    shape: { kind, groups, bias, epsilon, strideAt, stride: index === 0 && layer > 0 ? 2 : 1 },
  }));
}

const layerStage = (
  name: `layer${number}`,
  plan: readonly PlannedBlock[],
  handsOn: boolean,
): Stage => ({
  name,
  prefixes: [name],
  apply(params, input, pass) {
    const x = input as tf.Tensor4D;
    const own = handsOn ? tf.slice(x, [0, 0, 0, 0], [-1, -1, -1, plan[0]!.in]) : x;
    const y = plan.reduce(
      (z, { shape }, index) => residual(nested<Weights>(params)[name]![index]!, z, shape, pass),
      own,
    );
    return handsOn ? tf.concat([y, averagePool(x, { size: 2, pad: "same" })], 3) : y;
  },
});

const stemStage = (stem: Stem, epsilon: number): Stage => ({
  name: "stem",
  prefixes: ["conv1", "bn1"],
  apply: (params, input, pass) => {
    const p = nested<Weights>(params);
    const x = input as tf.Tensor4D;
    if (stem === "cifar") {
      return relu(convNorm(p.conv1 as Conv, p.bn1, x, { pad: 1, epsilon }, pass));
    }
    const y = stem === "deep" ? deepStem() : plainStem();
    return maxPool(relu(y), { size: 3, stride: 2, pad: 1 });

    function plainStem(): tf.Tensor4D {
      return convNorm(p.conv1 as Conv, p.bn1, x, { stride: 2, pad: 3, epsilon }, pass);
    }

    /** The three 3x3 of arXiv 1812.01187, with timm's keys. */
    function deepStem(): tf.Tensor4D {
      const at = p.conv1 as Readonly<Record<number, Conv & Norm>>;
      const halved = relu(convNorm(at[0]!, at[1]!, x, { stride: 2, pad: 1, epsilon }, pass));
      const same = relu(convNorm(at[3]!, at[4]!, halved, { pad: 1, epsilon }, pass));
      return convNorm(at[6]!, p.bn1, same, { pad: 1, epsilon }, pass);
    }
  },
});

function stemSpecs(stem: Stem, width: number, biased: boolean): SpecLines {
  const init = { kind: "kaiming-normal", mode: "fan-out" } as const;
  const start = biased ? { init, bias: { kind: "constant", value: 0 } as const } : { init };
  const last = normSpecs("bn1", width);
  if (stem !== "deep") {
    const kernel = stem === "cifar" ? 3 : 7;
    return [...convSpecs("conv1", { in: 3, out: width, kernel, ...start }), ...last];
  }
  const half = Math.ceil(width / 2);
  return [
    ...convSpecs("conv1.0", { in: 3, out: half, kernel: 3, ...start }),
    ...normSpecs("conv1.1", half),
    ...convSpecs("conv1.3", { in: half, out: half, kernel: 3, ...start }),
    ...normSpecs("conv1.4", half),
    ...convSpecs("conv1.6", { in: half, out: width, kernel: 3, ...start }),
    ...last,
  ];
}

const configOf = (architecture: string, options: ResNetOptions): Model["config"] => ({
  architecture,
  num_classes: options.numClasses,
  block: options.block,
  blocks: options.blocks,
  widths: options.widths,
  stem: options.stem ?? "imagenet",
  stem_width: options.stemWidth ?? options.widths[0]!,
  groups: options.groups ?? 1,
  width_per_group: options.widthPerGroup ?? 64,
  bottleneck_stride: options.bottleneckStride ?? "3x3",
  conv_bias: options.convBias ?? false,
  feature_layers: options.featureLayers ?? 1,
  bn_eps: options.epsilon ?? 1e-5,
});
