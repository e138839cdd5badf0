import { GraftError } from "../errors.js";
import { mobilenetV2 } from "./mobilenet-v2.js";
import type { Model } from "./model.js";
import { type ResNetOptions, resnet, type Stem } from "./resnet.js";
import { cifarResnet } from "./resnet-cifar.js";
import { squeezenet } from "./squeezenet.js";

/** Which of these an architecture takes is in its own options type; others are refused. */
export type ModelOptions = {
  /** Default: the number of the published weights (1000, or 10 for CIFAR-10). */
  numClasses?: number;
  /** Added to batch norm's variances. Default 1e-5. */
  epsilon?: number;
  /** resnet: the kind of block. */
  block?: "basic" | "bottleneck";
  /** resnet: blocks in each layer. resnet_cifar: one number for all three layers. */
  blocks?: number | readonly number[];
  /** resnet, resnet_cifar: width of each layer. */
  widths?: readonly number[];
  /** resnet: how the picture enters. Default "imagenet". */
  stem?: Stem;
  /** resnet: channels out of the stem. Default: the first of `widths`. */
  stemWidth?: number;
  /** resnet: groups of the 3x3 in bottlenecks. Default 1. */
  groups?: number;
  /** resnet: inner width of bottlenecks over a 64th of the layer's. Default 64. */
  widthPerGroup?: number;
  /** mobilenet_v2: multiplies every width. Default 1. */
  widthMultiplier?: number;
  /** mobilenet_v2: what the checkpoint was trained with. Default "symmetric". */
  padding?: "symmetric" | "same";
  /** squeezenet: relu on the class maps. Default true. */
  finalRelu?: boolean;
  /** mobilenet_v2, squeezenet: share of the features dropped in training. Default: as published. */
  dropout?: number;
};

type Option = keyof ModelOptions;
type Architecture = {
  readonly options: readonly Option[];
  readonly build: (name: string, options: ModelOptions) => Model;
};

const RESNET = ["block", "blocks", "widths", "groups", "widthPerGroup"] as const;
const WIDTHS = [64, 128, 256, 512];

/** Any ResNet by its sizes; the named ones fill them in. */
const resnetFrom = (preset?: Omit<ResNetOptions, "numClasses">): Architecture => ({
  options: ["numClasses", "epsilon", "stem", "stemWidth", ...RESNET],
  build: (name, options) => {
    const { numClasses = 1000, blocks, ...rest } = { ...preset, ...options };
    const block = need(name, "block", rest.block);
    const layers = need(name, "blocks", Array.isArray(blocks) ? (blocks as number[]) : undefined);
    const widths = need(name, "widths", rest.widths);
    if (layers.length !== widths.length || layers.length === 0) {
      throw invalid(
        name,
        `"blocks" and "widths" need one number a layer, not ${layers.length} and ${widths.length}`,
      );
    }
    return resnet(name, { ...rest, numClasses, block, blocks: layers, widths });
  },
});

const basic = (...blocks: number[]) => resnetFrom({ block: "basic", blocks, widths: WIDTHS });
const bottleneck = (blocks: number[], more: { groups?: number; widthPerGroup?: number } = {}) =>
  resnetFrom({ block: "bottleneck", blocks, widths: WIDTHS, ...more });

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

const squeeze = (version: "1.0" | "1.1"): Architecture => ({
  options: ["numClasses", "finalRelu", "dropout"],
  build: (name, options) => squeezenet(name, { numClasses: 1000, ...options, version }),
});

const architectures: Readonly<Record<string, Architecture>> = {
  resnet: resnetFrom(),
  resnet18: basic(2, 2, 2, 2),
  resnet34: basic(3, 4, 6, 3),
  resnet50: bottleneck([3, 4, 6, 3]),
  resnet101: bottleneck([3, 4, 23, 3]),
  resnet152: bottleneck([3, 8, 36, 3]),
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
  mobilenet_v2: {
    options: ["numClasses", "epsilon", "widthMultiplier", "padding", "dropout"],
    build: (name, options) => mobilenetV2(name, { numClasses: 1000, ...options }),
  },
  squeezenet1_0: squeeze("1.0"),
  squeezenet1_1: squeeze("1.1"),
};

/** The architectures that `createModel` knows. */
export const architectureNames: readonly string[] = Object.keys(architectures);

/**
 * A model by its architecture's name ("resnet50", "mobilenet_v2", "resnet" with its own sizes).
 * Throws `architecture-unknown`, and `config-invalid` for an option that it does not take.
 */
export function createModel(architecture: string, options: ModelOptions = {}): Model {
  const name = canonicalName(architecture);
  const refused = Object.keys(options).find((option) => !optionsOf(name).includes(option));
  if (refused) {
    throw invalid(name, `it takes no option "${refused}"; it takes ${optionsOf(name).join(", ")}`);
  }
  const { numClasses } = options;
  if (numClasses !== undefined && !(Number.isInteger(numClasses) && numClasses > 0)) {
    throw invalid(name, `the number of classes must be a whole number above 0, not ${numClasses}`);
  }
  return architectures[name]!.build(name, options);
}

/** The options that an architecture takes. */
export const optionsOf = (architecture: string): readonly string[] =>
  architectures[canonicalName(architecture)]!.options;

/** "ResNet18-CIFAR10" and "resnet18_cifar10" are the same; throws `architecture-unknown`. */
function canonicalName(architecture: string): string {
  const name = architecture.toLowerCase().replaceAll("-", "_");
  if (Object.hasOwn(architectures, name)) return name;
  throw new GraftError(
    "architecture-unknown",
    `The architecture "${architecture}" is unknown. Known are ${architectureNames.join(", ")}.`,
    { details: { architecture, known: architectureNames } },
  );
}

const invalid = (name: string, why: string): GraftError =>
  new GraftError("config-invalid", `The model "${name}" cannot be built: ${why}.`, {
    details: { architecture: name },
  });

function need<T>(name: string, option: Option, value: T | undefined): T {
  if (value === undefined) throw invalid(name, `it needs the option "${option}"`);
  return value;
}
