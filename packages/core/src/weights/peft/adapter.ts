import { GraftError } from "../../errors.js";
import type { WeightChoice } from "../../models/freeze.js";
import { isLoraWeight, loraRanks, withAdapters } from "../../models/lora.js";
import { headPrefixes, loraLayers } from "../../models/lora-layers.js";
import type { Model, WeightSpecs } from "../../models/model.js";
import { isUnder, pickWeights } from "../../tree.js";
import type { FloatWeights, HostTensor } from "../host-tensor.js";
import { loadWeights } from "../load.js";
import type { WeightStore } from "../store.js";
import { type AdapterConfig, readAdapterConfig, writeAdapterConfig } from "./adapter-config.js";

/** What PEFT puts before a model's names. */
const BASE = "base_model.model.";

const moduleOf = (name: string): string => name.slice(0, name.lastIndexOf("."));

/** A weight's module, what that lies in, and so on. */
function modulesOf(specs: WeightSpecs): readonly string[] {
  const all = new Set<string>();
  for (const name of Object.keys(specs)) {
    for (let at = moduleOf(name); at !== "" && !all.has(at); at = parentOf(at)) all.add(at);
  }
  return [...all];
}

const parentOf = (module: string): string =>
  module.includes(".") ? module.slice(0, module.lastIndexOf(".")) : "";

export type EncodeAdapterInput = {
  /** The model with its adapters. */
  readonly model: Model;
  /** All of its weights and running statistics, or those that are saved. */
  readonly weights: FloatWeights;
  /**
   * What stayed as the base has it; what did not is saved, in whole modules or all biases. Default: all
   * but adapters and head, which are saved in any case.
   */
  readonly frozen?: WeightChoice;
  /** Name or address of the base, for readers of the config. Default: none. */
  readonly base?: string;
};

/**
 * Adapters and head as PEFT saves them: what goes into adapter_config.json and, under their names, into
 * adapter_model.safetensors. Throws `weight-missing`, and `config-invalid` without adapters.
 */
export function encodeAdapter(input: EncodeAdapterInput): {
  config: AdapterConfig;
  weights: FloatWeights;
} {
  const { model, weights, frozen = () => true, base = null } = input;
  const ranks = loraRanks(model);
  if (Object.keys(ranks).length === 0) {
    throw new GraftError(
      "config-invalid",
      `"${model.architecture}" has no adapters to save. Add some with addLora, or save its weights.`,
      { details: { architecture: model.architecture } },
    );
  }
  const plain = pickWeights(model.specs, (name) => !isLoraWeight(name));
  const head = headPrefixes(model);
  const inHead = (name: string) => head.some((prefix) => isUnder(name, prefix));
  const moved = Object.keys(plain).filter((name) => !inHead(name) && !frozen(name));
  const allBiases = biasesOf(plain).filter((name) => !inHead(name));
  const biases = allBiases.length > 0 && allBiases.every((name) => moved.includes(name));
  const rest = moved.filter((name) => !(biases && allBiases.includes(name)));
  const saved = [...new Set([...rest.map(moduleOf), ...head])];
  const both = saved.find((module) => Object.hasOwn(ranks, module));
  if (both !== undefined) throw trainedTwice(both);
  const names = savedNames(model, { modules: saved, biases });
  return {
    config: writeAdapterConfig({ ranks, modules: modulesOf(plain), saved, biases, base }),
    weights: Object.fromEntries(
      names.map((name) => [peftName(name, ranks), weights[name] ?? missing(name)]),
    ),
  };
}

const trainedTwice = (layer: string): GraftError =>
  new GraftError(
    "config-invalid",
    `The adapter can't be saved: "${layer}" was trained beside its adapter, and PEFT has no place for it. Merge them with mergeLora and save the whole, or freeze it.`,
    { details: { layer } },
  );

function missing(name: string): never {
  throw new GraftError(
    "weight-missing",
    `The adapter can't be saved: "${name}" is not among the weights. Give running statistics too.`,
    { details: { name } },
  );
}

const biasesOf = (specs: WeightSpecs): readonly string[] =>
  Object.keys(specs).filter((name) => name.endsWith(".bias") && specs[name]!.role === "param");

/** The adapters' weights, those in the modules, and the biases if they are saved. */
function savedNames(
  { specs }: Model,
  { modules, biases }: { modules: readonly string[]; biases: boolean },
): readonly string[] {
  const extra = new Set(biases ? biasesOf(specs) : []);
  return Object.keys(specs).filter(
    (name) =>
      isLoraWeight(name) || extra.has(name) || modules.some((module) => isUnder(name, module)),
  );
}

/** PEFT wraps a layer with an adapter: the layer's own bias lies one module deeper. */
function peftName(name: string, ranks: Readonly<Record<string, number>>): string {
  const layer = moduleOf(name);
  const wrapped = name.endsWith(".bias") && Object.hasOwn(ranks, layer);
  return BASE + (wrapped ? `${layer}.base_layer.bias` : name);
}

/**
 * Reads an adapter of PEFT's for a base model: the model with the adapters, and their weights, the
 * head's, and what else was trained, under the model's names; PEFT's factor alpha / r is multiplied into
 * B. Every name and shape is checked. Throws `config-invalid` and what `loadWeights` throws.
 */
export async function decodeAdapter(
  model: Model,
  { config, store, file = "adapter_config.json" }: DecodeAdapterInput,
): Promise<{ model: Model; weights: FloatWeights }> {
  const adapter = readAdapterConfig(config, file);
  const found = Object.keys(await store.list());
  const { targets = (layer) => found.includes(`${BASE}${layer}.lora_A.weight`) } = adapter;
  const layers = loraLayers(model).filter(({ name, kind }) => targets(name, kind));
  if (layers.length === 0) {
    throw new GraftError(
      "config-invalid",
      `${file} targets ${JSON.stringify(config.target_modules ?? null)}, and "${model.architecture}" has no such layer. Check that it is the adapter's base.`,
      { details: { file, architecture: model.architecture } },
    );
  }
  const ranks = layers.map(({ name }) => [name, adapter.sizeOf(name).rank] as const);
  const adapted = withAdapters(model, Object.fromEntries(ranks));
  const modules = adapter.modules.flatMap((entry) => modulesCalled(model, entry));
  const names = savedNames(adapted, { modules, biases: adapter.biases });
  const specs = names.map((name) => [peftName(name, loraRanks(adapted)), adapted.specs[name]!]);
  const loaded = await loadWeights(Object.fromEntries(specs), store);
  const weights = names.map((name) => {
    const tensor = loaded[peftName(name, loraRanks(adapted))]!;
    const factor = name.endsWith(".lora_B.weight") ? adapter.sizeOf(layerOf(name)).scale : 1;
    return [name, factor === 1 ? tensor : scaled(tensor, factor)] as const;
  });
  return { model: adapted, weights: Object.fromEntries(weights) };
}

export type DecodeAdapterInput = {
  readonly config: AdapterConfig;
  /** The arrays, under PEFT's names. */
  readonly store: WeightStore;
  /** What to call the config in errors. Default "adapter_config.json". */
  readonly file?: string;
};

const layerOf = (name: string): string => moduleOf(moduleOf(name));

/** The module of this name, or all whose names end with it. PEFT lists names that a model may lack. */
function modulesCalled({ specs }: Model, entry: string): readonly string[] {
  const modules = modulesOf(specs);
  if (modules.includes(entry)) return [entry];
  return modules.filter((module) => module.endsWith(`.${entry}`));
}

const scaled = (tensor: HostTensor<"float32">, factor: number): HostTensor<"float32"> => ({
  ...tensor,
  data: tensor.data.map((value) => value * factor),
});
