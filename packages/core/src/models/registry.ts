import { GraftError } from "../errors.js";
import { architectures, invalid } from "./architectures.js";
import { type BertOptions, bertOptions, bertVariants, createBert } from "./bert.js";
import type { Model } from "./model.js";
import type { ModelOptions } from "./model-options.js";
import { otherNames } from "./other-names.js";
import { changeInput, cutTop, isPooling, poolings } from "./surgery.js";

/** The networks for pictures that `createModel` knows; those for texts are `bertVariants`. */
export const architectureNames: readonly string[] = Object.keys(architectures);

const RGB = 3;
const common = ["includeTop", "pooling", "inputChannels"] as const;

/**
 * A model by its architecture's name: "resnet50", "vgg16_bn", "bert_base", timm's "mobilenetv2_140", or
 * "resnet" with its own sizes. Its weights are `initWeights`' or a store's. Throws
 * `architecture-unknown`, and `config-invalid` for an option that it does not take.
 */
export function createModel(architecture: string, options: ModelOptions = {}): Model {
  const [name, preset] = ownName(architecture);
  const taken = optionsOf(name);
  const refused = Object.keys(options).find((option) => !taken.includes(option));
  if (refused) {
    throw invalid(name, `it takes no option "${refused}"; it takes ${taken.join(", ")}`);
  }
  const { inputChannels = RGB, ...rest } = { ...preset, ...options };
  checkCount(name, "the number of classes", rest.numClasses);
  checkCount(name, "the number of input channels", inputChannels);
  if (isBertVariant(name)) return createBert(name, rest as BertOptions);
  const model = buildTop(name, rest);
  return inputChannels === RGB ? model : changeInput(model, inputChannels);
}

function buildTop(name: string, options: Omit<ModelOptions, "inputChannels">): Model {
  const { includeTop = true, pooling, ...own } = options;
  const build = architectures[name]!.build;
  if (includeTop) {
    if (pooling === undefined) return build(name, own);
    throw invalid(name, `the pooling "${pooling}" is for a model without its top`);
  }
  const { numClasses, ...rest } = own;
  const chosen = pooling ?? (numClasses === undefined ? "none" : "avg");
  if (isPooling(chosen)) return cutTop(build(name, rest), { pooling: chosen, numClasses });
  throw invalid(name, `the pooling "${chosen}" is not one of ${poolings.join(", ")}`);
}

/** True for a network that takes texts, by any of its names. */
export const isBertName = (architecture: string): boolean =>
  isBertVariant(ownName(architecture)[0]);

const isBertVariant = (name: string): boolean => bertVariants.includes(name);

/** The options that an architecture takes. */
export function optionsOf(architecture: string): readonly string[] {
  const [name] = ownName(architecture);
  return isBertVariant(name) ? bertOptions : [...architectures[name]!.options, ...common];
}

const squashed = (name: string): string => name.toLowerCase().replaceAll(/[-_.]/g, "");

type Target = readonly [name: string, preset: ModelOptions];
const bySquashed: ReadonlyMap<string, Target> = new Map([
  ...Object.entries(otherNames).map(([name, target]) => [squashed(name), target] as const),
  ...[...architectureNames, ...bertVariants].map(
    (name) => [squashed(name), [name, {}] as Target] as const,
  ),
]);

/** "ResNet20-CIFAR10" and "resnet20_cifar10" are the same; throws `architecture-unknown`. */
function ownName(architecture: string): Target {
  const target = bySquashed.get(squashed(architecture));
  if (target !== undefined) return target;
  const known = [...architectureNames, ...bertVariants];
  throw new GraftError(
    "architecture-unknown",
    `The architecture "${architecture}" is unknown. Known are ${known.join(", ")}, and timm's names for these.`,
    { details: { architecture, known } },
  );
}

function checkCount(name: string, what: string, count: number | undefined): void {
  if (count === undefined || (Number.isInteger(count) && count > 0)) return;
  throw invalid(name, `${what} must be a whole number above 0, not ${count}`);
}
