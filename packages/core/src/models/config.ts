import { GraftError } from "../errors.js";
import type { Json } from "../program.js";
import type { Model } from "./model.js";
import { createModel, type ModelOptions, optionsOf } from "./registry.js";

type Config = Readonly<Record<string, Json>>;
type Field = {
  readonly option: keyof ModelOptions;
  readonly needs: string;
  readonly accepts: (value: Json) => boolean;
  /** A value that changes nothing, so that models without the option may state it. */
  readonly neutral?: Json;
};

const isCount = (value: Json): boolean =>
  typeof value === "number" && Number.isInteger(value) && value > 0;
const isCounts = (value: Json): boolean => Array.isArray(value) && value.every(isCount);
const isPositive = (value: Json): boolean => typeof value === "number" && value > 0;
const isShare = (value: Json): boolean => typeof value === "number" && value >= 0 && value < 1;
const oneOf =
  (...values: string[]) =>
  (value: Json) =>
    typeof value === "string" && values.includes(value);

const count = (option: keyof ModelOptions): Field => ({
  option,
  needs: "a whole number above 0",
  accepts: isCount,
});

/** The keys of a config.json that decide how a model is built; all others are left to their readers. */
const fields: Readonly<Record<string, Field>> = {
  num_classes: count("numClasses"),
  bn_eps: { option: "epsilon", needs: "a number above 0", accepts: isPositive, neutral: 1e-5 },
  block: {
    option: "block",
    needs: `"basic" or "bottleneck"`,
    accepts: oneOf("basic", "bottleneck"),
  },
  blocks: {
    option: "blocks",
    needs: "whole numbers above 0",
    accepts: (value) => isCount(value) || isCounts(value),
  },
  widths: { option: "widths", needs: "a list of whole numbers above 0", accepts: isCounts },
  stem: {
    option: "stem",
    needs: `"cifar", "imagenet" or "deep"`,
    accepts: oneOf("cifar", "imagenet", "deep"),
  },
  stem_width: count("stemWidth"),
  groups: count("groups"),
  width_per_group: count("widthPerGroup"),
  width_multiplier: {
    option: "widthMultiplier",
    needs: "a number above 0",
    accepts: isPositive,
    neutral: 1,
  },
  padding: {
    option: "padding",
    needs: `"symmetric" or "same"`,
    accepts: oneOf("symmetric", "same"),
    neutral: "symmetric",
  },
  classifier_relu: {
    option: "finalRelu",
    needs: "true or false",
    accepts: (value) => typeof value === "boolean",
  },
  dropout_rate: { option: "dropout", needs: "a number from 0 to below 1", accepts: isShare },
};

/**
 * The model that a config.json describes: `architecture`, `num_classes` and what the architecture
 * needs besides. Throws `config-invalid` with the key and value, or `architecture-unknown`.
 */
export function modelFromConfig(config: Config): Model {
  const { architecture } = config;
  if (typeof architecture !== "string") {
    throw invalid("architecture", architecture ?? null, "the name of an architecture");
  }
  const taken = optionsOf(architecture);
  const options = Object.entries(fields).flatMap(([key, field]) => {
    const value = config[key];
    if (value === undefined || value === null) return [];
    if (!field.accepts(value)) throw invalid(key, value, field.needs);
    if (taken.includes(field.option)) return [[field.option, value] as const];
    if (value === field.neutral) return [];
    throw invalid(key, value, `nothing: "${architecture}" has no such choice`);
  });
  return createModel(architecture, Object.fromEntries(options) as ModelOptions);
}

const invalid = (key: string, value: Json, needs: string): GraftError =>
  new GraftError(
    "config-invalid",
    `The model's config has "${key}": ${JSON.stringify(value)}; it needs ${needs}.`,
    { details: { key, value } },
  );

/**
 * The same model for other classes; every weight outside `classifier` fits. SqueezeNet's new head has
 * no final relu (see `SqueezeNetOptions`).
 */
export function replaceHead(model: Model, numClasses: number): Model {
  const relu = "classifier_relu" in model.config ? { classifier_relu: false } : {};
  return modelFromConfig({ ...model.config, ...relu, num_classes: numClasses });
}
