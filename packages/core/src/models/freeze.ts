import { GraftError } from "../errors.js";
import { isUnder } from "../tree.js";
import type { Model, Stage } from "./model.js";

/** Some of a model's weights, by name: as `freeze` of `paramGroups`, those that stay as they are. */
export type WeightChoice = (name: string) => boolean;

/**
 * Weights said in words: a stage's name; a weight's name or a prefix of names (a last dot says that no
 * stage is meant); several of these; how many of the stages that have weights, from the input (`bottom`)
 * or from the head (`top`); or a choice.
 */
export type Selection =
  | string
  | readonly string[]
  | { readonly bottom: number }
  | { readonly top: number }
  | WeightChoice;

const none: WeightChoice = () => false;
const all: WeightChoice = () => true;

/** Freezes these weights besides those that `frozen` holds (default none). Throws `config-invalid`. */
export function freeze(model: Model, which: Selection, frozen = none): WeightChoice {
  const chosen = choose(model, which);
  return (name) => frozen(name) || chosen(name);
}

/** Trains these weights and leaves the rest as `frozen` has it (default all frozen). Throws `config-invalid`. */
export function unfreeze(model: Model, which: Selection, frozen = all): WeightChoice {
  const chosen = choose(model, which);
  return (name) => frozen(name) && !chosen(name);
}

/** Freezes everything up to a stage, itself included, or so many stages with weights. Throws `config-invalid`. */
export function freezeTo(model: Model, stage: string | number): WeightChoice {
  if (typeof stage === "number") return freeze(model, { bottom: stage });
  const index = model.stages.findIndex(({ name }) => name === stage);
  if (index < 0) throw unknown(model, stage);
  return under(model.stages.slice(0, index + 1).flatMap(({ prefixes }) => prefixes));
}

/** Trains biases and the head alone (BitFit, arXiv 2106.10199). Running statistics stay as they are. */
export const biasOnly = (model: Model): WeightChoice =>
  unfreeze(
    model,
    (name) => name.endsWith(".bias") && model.specs[name]?.role === "param",
    beforeHead(model),
  );

/**
 * Trains norms and the head alone (arXiv 2003.00152): scales and offsets, and the running statistics
 * where the session has them as buffers.
 */
export function normOnly(model: Model): WeightChoice {
  const norms = Object.entries(model.specs).flatMap(([name, { shape, role }]) =>
    role === "param" && shape.length === 1 && name.endsWith(".weight") ? [name.slice(0, -7)] : [],
  );
  return unfreeze(model, under(norms), beforeHead(model));
}

/** Everything but the last stage, or everything where there is no head. */
const beforeHead = (model: Model): WeightChoice =>
  model.numClasses === 0 ? all : unfreeze(model, { top: 1 });

/** The stages that have weights, from the input to the head. */
export function weightedStages(model: Model): readonly Stage[] {
  const names = Object.keys(model.specs);
  return model.stages.filter(({ prefixes }) => names.some(under(prefixes)));
}

const under =
  (prefixes: readonly string[]): WeightChoice =>
  (name) =>
    prefixes.some((prefix) => isUnder(name, prefix));

function choose(model: Model, which: Selection): WeightChoice {
  if (typeof which === "function") return which;
  if (typeof which === "string") return byName(model, which);
  if ("bottom" in which) return under(countedPrefixes(model, which.bottom, (n) => [0, n]));
  if ("top" in which) return under(countedPrefixes(model, which.top, (n, of) => [of - n, of]));
  const parts = which.map((name) => byName(model, name));
  return (name) => parts.some((part) => part(name));
}

function byName(model: Model, what: string): WeightChoice {
  const stage = model.stages.find(({ name }) => name === what);
  if (stage) return under(stage.prefixes);
  if (what === "" || !Object.keys(model.specs).some(under([what]))) throw unknown(model, what);
  return under([what]);
}

function countedPrefixes(
  model: Model,
  count: number,
  range: (count: number, of: number) => [from: number, to: number],
): readonly string[] {
  const stages = weightedStages(model);
  if (Number.isInteger(count) && count >= 0 && count <= stages.length) {
    return stages.slice(...range(count, stages.length)).flatMap(({ prefixes }) => prefixes);
  }
  throw new GraftError(
    "config-invalid",
    `"${model.architecture}" can't have ${count} of its stages chosen; it has ${stages.length} with weights: ${stages.map(({ name }) => name).join(", ")}.`,
    { details: { architecture: model.architecture, count, stages: stages.length } },
  );
}

function unknown(model: Model, what: string): GraftError {
  const stages = model.stages.map(({ name }) => name);
  return new GraftError(
    "config-invalid",
    `"${model.architecture}" has no stage and no weights called "${what}". Its stages are ${stages.join(", ")}, and its weights begin with ${Object.keys(model.specs)[0]}.`,
    { details: { architecture: model.architecture, name: what, stages } },
  );
}
