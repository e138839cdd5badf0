import { GraftError } from "../errors.js";
import { darknetTiny } from "./darknet.js";
import { mobilenetV1 } from "./mobilenet-v1.js";
import { mobilenetV2 } from "./mobilenet-v2.js";
import type { Model } from "./model.js";
import type { ModelOptions } from "./model-options.js";
import { type ResNetOptions, resnet } from "./resnet.js";
import { cifarResnet } from "./resnet-cifar.js";
import { squeezenet } from "./squeezenet.js";
import { type VggOptions, vgg } from "./vgg.js";

type Option = keyof ModelOptions;
type Architecture = {
  readonly options: readonly Option[];
  readonly build: (name: string, options: ModelOptions) => Model;
};

const RESNET = [
  "block",
  "blocks",
  "widths",
  "stem",
  "stemWidth",
  "groups",
  "widthPerGroup",
  "featureLayers",
] as const;
const WIDTHS = [64, 128, 256, 512];

/** Any ResNet by its sizes; the named ones fill them in. */
const resnetFrom = (preset?: Omit<ResNetOptions, "numClasses">): Architecture => ({
  options: ["numClasses", "epsilon", "bottleneckStride", "convBias", ...RESNET],
  build: (name, options) => {
    const { numClasses = 1000, ...rest } = { ...preset, ...options };
    const block = need(name, "block", rest.block);
    const layers = layersOf(name, rest);
    const { featureLayers = 1 } = rest;
    if (featureLayers > layers.blocks.length) {
      throw invalid(
        name,
        `it has ${layers.blocks.length} layers and not ${featureLayers} for its features`,
      );
    }
    return resnet(name, { ...rest, ...layers, numClasses, block });
  },
});

const basic = (...blocks: number[]) => resnetFrom({ block: "basic", blocks, widths: WIDTHS });
const bottleneck = (blocks: number[], more: Partial<ResNetOptions> = {}) =>
  resnetFrom({ block: "bottleneck", blocks, widths: WIDTHS, ...more });
/** Keras Applications' ResNets. */
const kerasBottleneck = (...blocks: number[]) =>
  bottleneck(blocks, { bottleneckStride: "1x1", convBias: true, epsilon: 1.001e-5 });

const cifar = (preset?: number): Architecture => ({
  options: ["numClasses", "epsilon", "blocks", "widths"],
  build: (name, { numClasses = 10, blocks = preset, widths, epsilon = 1e-5 }) => {
    const count = need(name, "blocks", typeof blocks === "number" ? blocks : undefined);
    if (widths && widths.length !== 3)
      throw invalid(name, `"widths" needs three numbers, not ${widths.length}`);
    const three = widths ? { widths: widths as readonly [number, number, number] } : {};
    return cifarResnet(name, { numClasses, blocks: count, epsilon, ...three });
  },
});

const VGG_WIDTHS = [64, 128, 256, 512, 512];

/** Any VGG by its sizes; the named ones fill them in. */
const vggFrom = (preset?: Pick<VggOptions, "blocks" | "batchNorm">): Architecture => ({
  options: [
    ...(["numClasses", "epsilon", "blocks", "widths"] as const),
    ...(["batchNorm", "hiddenWidth", "flatten", "dropout"] as const),
  ],
  build: (name, options) => {
    const { numClasses = 1000, ...rest } = { widths: VGG_WIDTHS, ...preset, ...options };
    return vgg(name, { ...rest, ...layersOf(name, rest), numClasses });
  },
});

const plainVgg = (...blocks: number[]) => vggFrom({ blocks, batchNorm: false });
const normedVgg = (...blocks: number[]) => vggFrom({ blocks, batchNorm: true });

const squeeze = (version: "1.0" | "1.1"): Architecture => ({
  options: ["numClasses", "finalRelu", "dropout"],
  build: (name, options) => squeezenet(name, { numClasses: 1000, ...options, version }),
});

const MOBILE = ["numClasses", "epsilon", "widthMultiplier", "padding", "dropout"] as const;

/** Every architecture by name. */
export const architectures: Readonly<Record<string, Architecture>> = {
  resnet: resnetFrom(),
  resnet18: basic(2, 2, 2, 2),
  resnet34: basic(3, 4, 6, 3),
  resnet50: bottleneck([3, 4, 6, 3]),
  resnet101: bottleneck([3, 4, 23, 3]),
  resnet152: bottleneck([3, 8, 36, 3]),
  resnet50_v1: kerasBottleneck(3, 4, 6, 3),
  resnet101_v1: kerasBottleneck(3, 4, 23, 3),
  resnet152_v1: kerasBottleneck(3, 8, 36, 3),
  resnext50_32x4d: bottleneck([3, 4, 6, 3], { groups: 32, widthPerGroup: 4 }),
  resnext101_32x8d: bottleneck([3, 4, 23, 3], { groups: 32, widthPerGroup: 8 }),
  wide_resnet50_2: bottleneck([3, 4, 6, 3], { widthPerGroup: 128 }),
  wide_resnet101_2: bottleneck([3, 4, 23, 3], { widthPerGroup: 128 }),
  resnet_cifar: cifar(),
  resnet20_cifar10: cifar(3),
  resnet32_cifar10: cifar(5),
  resnet44_cifar10: cifar(7),
  resnet56_cifar10: cifar(9),
  resnet110_cifar10: cifar(18),
  vgg: vggFrom(),
  vgg11: plainVgg(1, 1, 2, 2, 2),
  vgg11_bn: normedVgg(1, 1, 2, 2, 2),
  vgg13: plainVgg(2, 2, 2, 2, 2),
  vgg13_bn: normedVgg(2, 2, 2, 2, 2),
  vgg16: plainVgg(2, 2, 3, 3, 3),
  vgg16_bn: normedVgg(2, 2, 3, 3, 3),
  vgg19: plainVgg(2, 2, 4, 4, 4),
  vgg19_bn: normedVgg(2, 2, 4, 4, 4),
  mobilenet_v1: {
    options: MOBILE,
    build: (name, options) => mobilenetV1(name, { numClasses: 1000, ...options }),
  },
  mobilenet_v2: {
    options: MOBILE,
    build: (name, options) => mobilenetV2(name, { numClasses: 1000, ...options }),
  },
  squeezenet1_0: squeeze("1.0"),
  squeezenet1_1: squeeze("1.1"),
  darknet_tiny: {
    options: ["numClasses", "epsilon", "negativeSlope", "padding"],
    build: (name, options) => darknetTiny(name, { numClasses: 1000, ...options }),
  },
};

/** What a model cannot be built for. */
export const invalid = (name: string, why: string): GraftError =>
  new GraftError("config-invalid", `The model "${name}" cannot be built: ${why}.`, {
    details: { architecture: name },
  });

function need<T>(name: string, option: Option, value: T | undefined): T {
  if (value === undefined) throw invalid(name, `it needs the option "${option}"`);
  return value;
}

/** One number of blocks and one width for each layer. */
function layersOf(
  name: string,
  options: ModelOptions,
): { blocks: readonly number[]; widths: readonly number[] } {
  const list = typeof options.blocks === "object" ? options.blocks : undefined;
  const blocks = need(name, "blocks", list);
  const widths = need(name, "widths", options.widths);
  if (blocks.length === widths.length && blocks.length > 0) return { blocks, widths };
  throw invalid(
    name,
    `"blocks" and "widths" need one number a layer, not ${blocks.length} and ${widths.length}`,
  );
}
