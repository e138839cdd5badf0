import { GraftError } from "../errors.js";
import { isUnder } from "../tree.js";
import type { FloatWeights, HostTensor } from "../weights/host-tensor.js";
import { initWeights } from "./init-weights.js";
import type { Model } from "./model.js";

export type WarmHeadOptions = {
  /** With the new classes (`replaceHead`). */
  model: Model;
  /** The older network's, its head included. */
  weights: FloatWeights;
  /** The older network's classes in the order of its outputs. A name that it has twice is not known. */
  from: readonly string[];
  /** The new classes in the order of the model's outputs. */
  to: readonly string[];
  /** Decides the rows of new classes. Default 0. */
  seed?: number;
};

export type WarmHead = {
  /** All of the model's: the older network's, with a head for the new classes. */
  readonly weights: FloatWeights;
  /** Classes that both have, those that are new, and those that are no longer there. */
  readonly known: readonly string[];
  readonly fresh: readonly string[];
  readonly dropped: readonly string[];
};

/**
 * What a network for other classes starts from when an older one told some of them apart: its trunk,
 * its head's rows for the classes that both name, new rows for new classes. With the same classes every
 * score stays the same. Throws `weight-missing` and `shape-mismatch` for another architecture.
 */
export function warmHead(options: WarmHeadOptions): WarmHead {
  const { model, weights, from, to, seed = 0 } = options;
  const places = placesOf(from);
  const rows = to.map((name) => places.get(name));
  const fresh = initWeights(model, { seed, only: (name) => isUnder(name, model.classifier) });
  const names = Object.keys(model.specs);
  const all = names.map((name) => {
    const old = weights[name];
    if (!old) throw missing(model, name);
    const made = fresh[name];
    const { shape } = model.specs[name]!;
    const wanted = made ? [from.length, ...shape.slice(1)] : shape;
    if (String(old.shape) !== String(wanted)) throw misshapen(name, old.shape, wanted);
    return [name, made ? withRows(made, old, rows) : old] as const;
  });
  return {
    weights: Object.fromEntries(all),
    known: to.filter((name) => places.has(name)),
    fresh: to.filter((name) => !places.has(name)),
    dropped: from.filter((name) => !to.includes(name)),
  };
}

function placesOf(names: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map(names.map((name, place) => [name, place]));
  for (const [place, name] of names.entries()) if (places.get(name) !== place) places.delete(name);
  return places;
}

/** One array with the rows that the other has for it. */
function withRows(
  made: HostTensor<"float32">,
  old: HostTensor<"float32">,
  rows: readonly (number | undefined)[],
): HostTensor<"float32"> {
  const data = made.data.slice();
  const size = data.length / rows.length;
  rows.forEach((row, at) => {
    if (row !== undefined) data.set(old.data.subarray(row * size, (row + 1) * size), at * size);
  });
  return { ...made, data };
}

const missing = (model: Model, name: string): GraftError =>
  new GraftError(
    "weight-missing",
    `The older network has no "${name}", which "${model.architecture}" needs. A warm start needs the same architecture.`,
    { details: { architecture: model.architecture, name } },
  );

const misshapen = (name: string, actual: readonly number[], expected: readonly number[]) =>
  new GraftError(
    "shape-mismatch",
    `"${name}" is [${actual.join(", ")}] in the older network, [${expected.join(", ")}] expected. A warm start needs the same architecture.`,
    { details: { name, actual, expected } },
  );
