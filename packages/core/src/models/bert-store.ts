import { isUnder } from "../tree.js";
import { missing, once, type WeightStore } from "../weights/store.js";
import { bertShape } from "./bert-config.js";
import { basePrefix, under } from "./bert-encoder.js";
import { bertNames } from "./bert-names.js";
import type { Model } from "./model.js";

/** What checkpoints hold beside the encoder; whether the model has it is the model's affair. */
const headNames = [
  ...["cls", "classifier", "pre_classifier", "qa_outputs"],
  ...["vocab_transform", "vocab_layer_norm", "vocab_projector"],
];

/**
 * A BERT or DistilBERT checkpoint under the names of `model`: with or without the prefix "bert.",
 * whichever the model has; norms' `gamma` and `beta`, as TensorFlow's conversions have them, as `weight`
 * and `bias`; without the list of position numbers, and without heads that the model does not have, such
 * as the one for the next sentence that pretraining leaves (`cls.seq_relationship`). What is in neither
 * keeps its name, so that `loadWeights` tells it. `prefix` is what all names have before that, and keep.
 */
export function bertStore(model: Model, store: WeightStore, prefix: string): WeightStore {
  const shape = bertShape(model.config);
  const { base, layer, decoder } = bertNames[shape.family];
  const encoder = ["embeddings", "pooler", layer.split(".")[0]!];
  const ownHead = model.stages.find(({ name }) => name === "head")?.prefixes ?? [];
  // Copies of the word embeddings and of the scores' bias, which the model has once.
  const copies = [`${decoder}.weight`, `${decoder}.bias`];
  const isOwn = (name: string): boolean =>
    !copies.includes(name) && ownHead.some((part) => isUnder(name, part));
  /** The model's name for a checkpoint's; undefined for what the model leaves out. */
  const rename = (name: string): string | undefined => {
    const modern = name.replace(/\bLayerNorm\.gamma$/, "LayerNorm.weight");
    const bare = withoutPrefix(modern.replace(/\bLayerNorm\.beta$/, "LayerNorm.bias"), base);
    if (headNames.some((head) => isUnder(bare, head))) {
      return Object.hasOwn(model.specs, bare) || isOwn(bare) ? bare : undefined;
    }
    if (!encoder.some((part) => isUnder(bare, part))) return name;
    const renamed = under(basePrefix(shape), bare);
    const isPooler = isUnder(bare, "pooler") && !Object.hasOwn(model.specs, renamed);
    return isPooler || bare === "embeddings.position_ids" ? undefined : renamed;
  };
  const found = once(async () => {
    const entries = Object.entries(await store.list()).flatMap(([name, info]) => {
      if (!name.startsWith(prefix)) return [[name, { name, info }] as const];
      const renamed = rename(name.slice(prefix.length));
      return renamed === undefined ? [] : [[prefix + renamed, { name, info }] as const];
    });
    return new Map(entries);
  });
  return {
    name: store.name,
    list: async () =>
      Object.fromEntries([...(await found())].map(([renamed, { info }]) => [renamed, info])),
    get: async (key) => store.get((await found()).get(key)?.name ?? missing(store.name, key)),
  };
}

const withoutPrefix = (name: string, prefix: string): string =>
  isUnder(name, prefix) ? name.slice(prefix.length + 1) : name;
