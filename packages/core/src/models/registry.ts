import { GraftError } from "../errors.js";
import { architectures, invalid } from "./architectures.js";
import type { Model } from "./model.js";
import type { ModelOptions } from "./model-options.js";
import { changeInput, cutTop } from "./surgery.js";

/** The architectures that `createModel` knows. */
export const architectureNames: readonly string[] = Object.keys(architectures);

const RGB = 3;
const common = ["includeTop", "pooling", "inputChannels"] as const;

/**
 * A model by its architecture's name ("resnet50", "vgg16_bn", "resnet" with its own sizes), with or
 * without its top. Throws `architecture-unknown`, and `config-invalid` for an option that it does not
 * take.
 */
export function createModel(architecture: string, options: ModelOptions = {}): Model {
  const name = canonicalName(architecture);
  const refused = Object.keys(options).find((option) => !optionsOf(name).includes(option));
  if (refused) {
    throw invalid(name, `it takes no option "${refused}"; it takes ${optionsOf(name).join(", ")}`);
  }
  const { inputChannels = RGB, ...rest } = options;
  checkCount(name, "the number of classes", rest.numClasses);
  checkCount(name, "the number of input channels", inputChannels);
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
  const usual = numClasses === undefined ? "none" : "avg";
  return cutTop(build(name, rest), { pooling: pooling ?? usual, numClasses });
}

/** The options that an architecture takes. */
export const optionsOf = (architecture: string): readonly string[] => [
  ...architectures[canonicalName(architecture)]!.options,
  ...common,
];

const squashed = (name: string): string => name.toLowerCase().replaceAll(/[-_.]/g, "");
const bySquashed = new Map(architectureNames.map((name) => [squashed(name), name]));

/** "ResNet18-CIFAR10" and "resnet18_cifar10" are the same; throws `architecture-unknown`. */
function canonicalName(architecture: string): string {
  const name = bySquashed.get(squashed(architecture));
  if (name !== undefined) return name;
  throw new GraftError(
    "architecture-unknown",
    `The architecture "${architecture}" is unknown. Known are ${architectureNames.join(", ")}.`,
    { details: { architecture, known: architectureNames } },
  );
}

function checkCount(name: string, what: string, count: number | undefined): void {
  if (count === undefined || (Number.isInteger(count) && count > 0)) return;
  throw invalid(name, `${what} must be a whole number above 0, not ${count}`);
}
