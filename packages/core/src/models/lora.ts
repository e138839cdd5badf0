import { GraftError } from "../errors.js";
import type { Json } from "../program.js";
import { chooseLayers, type LoraLayer, type LoraTargets, loraLayers } from "./lora-layers.js";
import type { Model, WeightSpec } from "./model.js";
import { fanInBound, type SpecLines } from "./specs.js";

export type LoraOptions = {
  /** Numbers between A and B: the adapter's size. */
  rank: number;
  /** Default: BERTs' queries and values; 3x3 convolutions, or the 1x1 where those are in groups. */
  targets?: LoraTargets;
  /** First stage whose layers get adapters: those before it, frozen, run once for all epochs. Default: the first. */
  from?: string;
};

const A = ".lora_A.weight";
const B = ".lora_B.weight";

/** True for the weights of adapters, as `only` of `initWeights` and for `unfreeze`. */
export const isLoraWeight = (name: string): boolean => name.endsWith(A) || name.endsWith(B);

/**
 * The same model with adapters beside some layers (LoRA, arXiv 2106.09685): "X.lora_A.weight" and
 * "X.lora_B.weight" after "X.weight". `initWeights(model, { seed, only: isLoraWeight })` makes them; B
 * starts at 0, so that the model then computes what it did. Give it its head first, and add adapters
 * last. Throws `config-invalid`.
 */
export function addLora(model: Model, { rank, ...where }: LoraOptions): Model {
  if (!isRank(rank)) {
    throw new GraftError(
      "config-invalid",
      `An adapter's rank must be a whole number above 0, not ${rank}. 4 to 16 is usual.`,
      { details: { rank } },
    );
  }
  const names = chooseLayers(model, where).map(({ name }) => name);
  return withAdapters(model, Object.fromEntries(names.map((name) => [name, rank])));
}

const isRank = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value > 0;

/** The layers that have an adapter, and its rank. */
export const loraRanks = (model: Model): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(model.specs).flatMap(([name, { shape }]) =>
      name.endsWith(A) ? [[name.slice(0, -A.length), shape[0]!]] : [],
    ),
  );

/** The model with an adapter of this rank beside each of these layers. Throws `config-invalid`. */
export function withAdapters(model: Model, ranks: Readonly<Record<string, number>>): Model {
  if (Object.keys(loraRanks(model)).length > 0) {
    throw new GraftError(
      "config-invalid",
      `"${model.architecture}" has adapters already. Merge them, or leave them out, before adding others.`,
      { details: { architecture: model.architecture } },
    );
  }
  const layers = new Map(loraLayers(model).map((layer) => [layer.name, layer]));
  const added = new Map<string, SpecLines>(
    Object.entries(ranks).map(([name, rank]) => {
      const layer = layers.get(name);
      if (layer && isRank(rank)) return [`${name}.weight`, adapterSpecs(layer, rank)] as const;
      throw new GraftError(
        "config-invalid",
        `"${model.architecture}" can't have an adapter of rank ${rank} beside "${name}": ${layer ? "a rank is a whole number above 0" : "it has no such linear layer or ungrouped convolution before its head"}. Change the head first, and add adapters last.`,
        { details: { architecture: model.architecture, layer: name, rank } },
      );
    }),
  );
  const specs = Object.entries(model.specs).flatMap((line) => [
    line,
    ...(added.get(line[0]) ?? []),
  ]);
  return {
    ...model,
    config: { ...model.config, lora: ranks },
    specs: Object.fromEntries(specs),
  };
}

/** As PEFT makes them: A as PyTorch starts a layer's weight, B at 0. */
function adapterSpecs({ name, shape }: LoraLayer, rank: number): SpecLines {
  const [out, ...input] = shape;
  const fanIn = input.reduce((all, size) => all * size, 1);
  const point = input.slice(1).map(() => 1);
  const line = (shape: readonly number[], init: WeightSpec["init"]): WeightSpec => ({
    shape,
    role: "param",
    init,
  });
  return [
    [name + A, line([rank, ...input], fanInBound(fanIn))],
    [name + B, line([out!, rank, ...point], { kind: "constant", value: 0 })],
  ];
}

/** The model that a config's "lora" asks for: the names of layers, and ranks. Throws `config-invalid`. */
export function loraFromConfig(model: Model, lora: Json | undefined): Model {
  if (lora === undefined || lora === null) return model;
  if (typeof lora === "object" && !Array.isArray(lora) && Object.values(lora).every(isRank)) {
    return withAdapters(model, lora as Readonly<Record<string, number>>);
  }
  throw new GraftError(
    "config-invalid",
    `The model's config has "lora": ${JSON.stringify(lora)}; it needs names of layers, and the rank of each one's adapter.`,
    { details: { lora } },
  );
}
