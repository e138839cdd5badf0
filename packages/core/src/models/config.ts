import { GraftError } from "../errors.js";
import type { Json } from "../program.js";
import { bertFromConfig, replaceBertHead, withBertHead } from "./bert.js";
import { type BertPooling, isBertConfig } from "./bert-config.js";
import { addCosineHead } from "./cosine-head.js";
import { loraFromConfig } from "./lora.js";
import type { Model } from "./model.js";
import type { ModelOptions } from "./model-options.js";
import { createModel, isBertName, optionsOf } from "./registry.js";
import { type Pooling, poolings } from "./surgery.js";
import { flattenTimmConfig } from "./timm-config.js";

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

const flag = (option: keyof ModelOptions): Field => ({
  option,
  needs: "true or false",
  accepts: (value) => typeof value === "boolean",
});

const choice = (option: keyof ModelOptions, ...values: string[]): Field => ({
  option,
  needs: values.map((value) => `"${value}"`).join(" or "),
  accepts: (value) => typeof value === "string" && values.includes(value),
});

const count = (option: keyof ModelOptions): Field => ({
  option,
  needs: "a whole number above 0",
  accepts: isCount,
});

/** The keys of a config.json that decide how a model is built; all others are left to their readers. */
const fields: Readonly<Record<string, Field>> = {
  num_classes: count("numClasses"),
  bn_eps: { option: "epsilon", needs: "a number above 0", accepts: isPositive, neutral: 1e-5 },
  include_top: flag("includeTop"),
  feature_pooling: choice("pooling", ...poolings),
  in_chans: count("inputChannels"),
  block: choice("block", "basic", "bottleneck"),
  blocks: {
    option: "blocks",
    needs: "whole numbers above 0",
    accepts: (value) => isCount(value) || isCounts(value),
  },
  widths: { option: "widths", needs: "a list of whole numbers above 0", accepts: isCounts },
  stem: choice("stem", "cifar", "imagenet", "deep"),
  stem_width: count("stemWidth"),
  groups: count("groups"),
  width_per_group: count("widthPerGroup"),
  width_multiplier: {
    option: "widthMultiplier",
    needs: "a number above 0",
    accepts: isPositive,
    neutral: 1,
  },
  bottleneck_stride: choice("bottleneckStride", "1x1", "3x3"),
  feature_layers: { ...count("featureLayers"), neutral: 1 },
  conv_bias: { ...flag("convBias"), neutral: false },
  batch_norm: flag("batchNorm"),
  hidden_width: count("hiddenWidth"),
  flatten: choice("flatten", "nchw", "nhwc"),
  negative_slope: {
    option: "negativeSlope",
    needs: "a number from 0 to below 1",
    accepts: isShare,
  },
  padding: { ...choice("padding", "symmetric", "same"), neutral: "symmetric" },
  classifier_relu: flag("finalRelu"),
  dropout_rate: { option: "dropout", needs: "a number from 0 to below 1", accepts: isShare },
};

/**
 * The model that a config.json describes: `architecture`, `num_classes` and what the architecture
 * needs besides, as we write it or timm does; or Hugging Face's own with the `model_type` "bert" or
 * "distilbert"; with adapters if "lora" says so, and a cosine head if "cosine_head" does. Throws `config-invalid` with the key and value, or `architecture-unknown`.
 */
export function modelFromConfig(whole: Config): Model {
  const { lora, cosine_head: cosine, ...plain } = whole;
  return loraFromConfig(cosineFromConfig(plainModel(plain), cosine), lora);
}

function cosineFromConfig(model: Model, cosine: Json | undefined): Model {
  if (cosine === undefined || cosine === null || cosine === false) return model;
  if (cosine === true) return addCosineHead(model);
  throw invalid("cosine_head", cosine, "true or false");
}

function plainModel(whole: Config): Model {
  if (isBertConfig(whole)) return bertFromConfig(whole);
  const config = flattenTimmConfig(whole);
  const { architecture, model_type: type } = config;
  if (architecture === undefined && type !== undefined) {
    throw invalid("model_type", type, '"bert" or "distilbert", or an "architecture" beside it');
  }
  if (typeof architecture !== "string") {
    throw invalid("architecture", architecture ?? null, "the name of an architecture");
  }
  if (isBertName(architecture)) {
    const needs = `a "model_type" and sizes beside it, as createModel("${architecture}").config has them`;
    throw invalid("architecture", architecture, needs);
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
 * The same model for other classes, with a linear head; every weight outside `classifier` fits. SqueezeNet's new head has
 * no final relu (see `SqueezeNetOptions`); a model without its top gets one linear layer on its
 * features, averaged if nothing pools them yet; a BERT model classifies tokens if it did, else texts,
 * and `fitStore` reads its encoder from any BERT checkpoint.
 */
export function replaceHead(model: Model, numClasses: number): Model {
  const { cosine_head: _, ...config } = model.config;
  if (isBertConfig(config)) {
    return modelFromConfig(replaceBertHead({ ...model, config }, numClasses).config);
  }
  const { include_top: top, feature_pooling: pooling, classifier_relu: relu } = config;
  const pooled = top === false && pooling !== "max" ? { feature_pooling: "avg" } : {};
  const published = relu === undefined ? {} : { classifier_relu: false };
  return modelFromConfig({ ...config, ...published, ...pooled, num_classes: numClasses });
}

/**
 * The same model without pooling and head: it ends with its last maps (B, H, W, C), or a BERT model
 * with its tokens (B, S, width), or with what `pooling` makes of them. Its weights are a part of the
 * whole's: `fitStore` reads them from there.
 */
export function withoutTop(
  model: Model,
  { pooling = "none" }: { pooling?: Pooling | BertPooling } = {},
): Model {
  const { cosine_head: _, ...config } = model.config;
  if (isBertConfig(config)) {
    return modelFromConfig({ ...withBertHead(config, { head: "none" }), pooling });
  }
  const bare = { ...config, num_classes: null };
  return modelFromConfig({ ...bare, include_top: false, feature_pooling: pooling });
}

/** The same model for pictures of other channels; `fitStore` adapts the first filter's weights. */
export const withInputChannels = (model: Model, inputChannels: number): Model =>
  modelFromConfig({ ...model.config, in_chans: inputChannels });
