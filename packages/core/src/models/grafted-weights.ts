import { isUnder } from "../tree.js";
import type { FloatWeights } from "../weights/host-tensor.js";
import { loadWeights } from "../weights/load.js";
import { memoryStore } from "../weights/store.js";
import { isBertConfig } from "./bert-config.js";
import { fitStore } from "./fit-store.js";
import { initWeights } from "./init-weights.js";
import type { Model } from "./model.js";

/**
 * A backbone's weights under the names of the model that it becomes; parts of a head that it lacks are new.
 * Encoders of texts name their weights otherwise where they stand alone.
 */
export async function graftedWeights(
  model: Model,
  weights: FloatWeights,
  seed: number,
): Promise<FloatWeights> {
  const names = Object.keys(model.specs);
  if (!isBertConfig(model.config) || names.every((name) => Object.hasOwn(weights, name))) {
    return weights;
  }
  const head = model.stages.at(-1)!.prefixes;
  const store = fitStore(model, memoryStore(weights));
  const own = await loadWeights(model.specs, store, { allowMissing: head });
  const isNew = (name: string): boolean =>
    !Object.hasOwn(own, name) && head.some((prefix) => isUnder(name, prefix));
  const all = { ...own, ...initWeights(model, { seed, only: isNew }) };
  return Object.fromEntries(names.map((name) => [name, all[name]!]));
}
