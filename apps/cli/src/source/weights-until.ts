import { isUnder, type Model, stagesOf, type WeightSpecs, type WeightStore } from "@graft-ml/core";

/**
 * The part of a model's weights that its stages up to `stage` read; nine tenths of VGG-16's are behind
 * its maps. Throws `config-invalid` for a stage that the model has not.
 */
export function weightsUntil(whole: {
  model: Model;
  stage: string;
  specs: WeightSpecs;
  store: WeightStore;
}): { specs: WeightSpecs; store: WeightStore } {
  const { model, stage, store } = whole;
  const prefixes = stagesOf(model, { to: stage }).flatMap((each) => each.prefixes);
  const isRead = (name: string): boolean => prefixes.some((prefix) => isUnder(name, prefix));
  const isLater = (name: string): boolean => Object.hasOwn(whole.specs, name) && !isRead(name);
  return {
    specs: pick(whole.specs, isRead),
    store: { ...store, list: async () => pick(await store.list(), (name) => !isLater(name)) },
  };
}

const pick = <V>(record: Readonly<Record<string, V>>, keep: (name: string) => boolean) =>
  Object.fromEntries(Object.entries(record).filter(([name]) => keep(name)));
