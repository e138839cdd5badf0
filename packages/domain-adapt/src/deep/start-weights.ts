import { type FloatWeights, GraftError, initWeights, isUnder, type Model } from "@graft-ml/core";
import type { Adaptation } from "./adaptation.js";

/**
 * What is given of the model's weights, drawn where its head is missing or nothing is given, and the
 * adaptation's own. Throws `weight-missing`, and `config-invalid` where both have a weight of one name.
 */
export function startWeights(
  { model, weights, seed = 0 }: { model: Model; weights?: FloatWeights; seed?: number },
  { specs, name: method }: Pick<Adaptation, "specs" | "name">,
): FloatWeights {
  const twice = Object.keys(specs).find((name) => name in model.specs);
  if (twice !== undefined) {
    throw new GraftError(
      "config-invalid",
      `The weight "${twice}" is the model's and the method "${method}"'s at once. Rename one.`,
      { details: { name: twice, method } },
    );
  }
  const names = Object.keys(model.specs);
  const lost = names.find((name) => weights && !weights[name] && !isUnder(name, model.classifier));
  if (lost !== undefined) {
    throw new GraftError(
      "weight-missing",
      `The weights of "${model.architecture}" lack "${lost}". Check that they belong to this architecture.`,
      { details: { architecture: model.architecture, name: lost } },
    );
  }
  const all = { ...model, specs: { ...model.specs, ...specs } };
  const drawn = initWeights(all, { seed, only: (name) => !weights?.[name] });
  const ordered = Object.keys(all.specs).map((name) => [name, drawn[name] ?? weights?.[name]]);
  return Object.fromEntries(ordered) as FloatWeights;
}
