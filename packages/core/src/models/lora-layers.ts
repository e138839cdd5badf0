import { GraftError } from "../errors.js";
import { isUnder } from "../tree.js";
import { familyOf, isBertConfig } from "./bert-config.js";
import { bertNames } from "./bert-names.js";
import { weightedStages } from "./freeze.js";
import type { Model } from "./model.js";
import { stagesOf } from "./run-stages.js";

/** A layer that could carry an adapter. */
export type LoraLayer = {
  /** Its key prefix, such as "layer1.0.conv1". */
  readonly name: string;
  readonly kind: "linear" | "conv";
  /** Of its weight: [out, in] or [out, in, height, width]. */
  readonly shape: readonly number[];
};

/**
 * Which layers get adapters: "all-linear" as PEFT has it; "all", with the convolutions; a pattern found
 * in the layer's name; or names, of which each stands for a layer, for all under it ("layer4"), and for
 * all that end with it ("query").
 */
export type LoraTargets = "all" | "all-linear" | RegExp | readonly string[];

/** Prefixes of the last stage, which is trained whole; none where there is no head. */
export const headPrefixes = (model: Model): readonly string[] =>
  model.numClasses === 0 ? [] : (weightedStages(model).at(-1)?.prefixes ?? []);

/** Linear layers and convolutions before the head. Tables of embeddings have no bias, and are none. */
function layersWith(model: Model, groups: "one" | "several"): readonly LoraLayer[] {
  const head = headPrefixes(model);
  return Object.entries(model.specs).flatMap(([key, spec]): LoraLayer[] => {
    if (!key.endsWith(".weight") || head.some((prefix) => isUnder(key, prefix))) return [];
    if ((spec.groups ?? 1) > 1 !== (groups === "several")) return [];
    const name = key.slice(0, -".weight".length);
    const { shape } = spec;
    if (shape.length === 4) return [{ name, kind: "conv", shape }];
    const isLinear = shape.length === 2 && Object.hasOwn(model.specs, `${name}.bias`);
    return isLinear ? [{ name, kind: "linear", shape }] : [];
  });
}

/**
 * The layers that can carry an adapter. Not those convolved in groups: an adapter reads all channels,
 * and could not be merged into a filter that reads some.
 */
export const loraLayers = (model: Model): readonly LoraLayer[] => layersWith(model, "one");

/** The layers to adapt, from a stage on. Throws `config-invalid`, which names the candidates. */
export function chooseLayers(
  model: Model,
  { targets, from }: { targets?: LoraTargets | undefined; from?: string | undefined },
): readonly LoraLayer[] {
  const chosen = chooseAnywhere(model, targets);
  const prefixes = stagesOf(model, from === undefined ? {} : { from }).flatMap(
    (stage) => stage.prefixes,
  );
  const later = chosen.filter(({ name }) => prefixes.some((prefix) => isUnder(name, prefix)));
  return later.length > 0 ? later : refuse(model, `has no such layer in "${from}" or after it`);
}

function chooseAnywhere(model: Model, targets: LoraTargets | undefined): readonly LoraLayer[] {
  const layers = loraLayers(model);
  const chosen =
    targets === undefined ? usual(model, layers) : layers.filter(({ name }) => hits(targets, name));
  if (targets === "all-linear") {
    const linear = layers.filter(({ kind }) => kind === "linear");
    return linear.length > 0 ? linear : refuse(model, "has no linear layer before its head");
  }
  if (targets === undefined || targets === "all") return chosen;
  const grouped = layersWith(model, "several").filter(({ name }) => hits(targets, name));
  if (grouped.length > 0) {
    const names = list(grouped.map(({ name }) => name));
    return refuse(
      model,
      `convolves in groups what was chosen, and such layers take none: ${names}`,
    );
  }
  const entries = targets instanceof RegExp ? [targets] : targets.map((entry) => [entry]);
  const idle = entries.find((entry) => !layers.some(({ name }) => hits(entry, name)));
  if (idle === undefined && chosen.length > 0) return chosen;
  return refuse(model, `has no such layer as ${idle ?? "(an empty list)"}`);
}

function hits(targets: LoraTargets, name: string): boolean {
  if (typeof targets === "string") return true;
  if (targets instanceof RegExp) return name.search(targets) >= 0;
  return targets.some((entry) => isUnder(name, entry) || `.${name}`.endsWith(`.${entry}`));
}

/**
 * BERTs: queries and values, as in the paper (arXiv 2106.09685, section 7.1). Convolutional networks: the
 * convolutions with a window but the one that reads the picture; where those are all in groups, the 1x1.
 */
function usual(model: Model, layers: readonly LoraLayer[]): readonly LoraLayer[] {
  if (isBertConfig(model.config)) {
    const { query, value } = bertNames[familyOf(model.config)];
    return layers.filter(({ name }) => hits([query, value], name));
  }
  const inner = layers.filter(({ kind }) => kind === "conv").slice(1);
  const wide = inner.filter(({ shape }) => shape.slice(2).some((size) => size > 1));
  const chosen = wide.length > 0 ? wide : inner;
  return chosen.length > 0
    ? chosen
    : refuse(model, "has no layer that takes an adapter by default");
}

function refuse(model: Model, why: string): never {
  const known = loraLayers(model).map(({ name }) => name);
  throw new GraftError(
    "config-invalid",
    `No adapters: "${model.architecture}" ${why}. Layers that take one are ${list(known)}.`,
    { details: { architecture: model.architecture, layers: known } },
  );
}

const told = 24;

const list = (names: readonly string[]): string => {
  const rest = names.length > told ? `, and ${names.length - told} more` : "";
  return `${names.slice(0, told).join(", ") || "(none)"}${rest}`;
};
