import { GraftError } from "../errors.js";
import { isUnder } from "../tree.js";
import type { ParamGroup, ParamGroups } from "./optimizer.js";

export type GroupOptions = {
  /** Weights that stay as they are: name prefixes ("layer1", "conv1.weight"), or a choice by name. Default: none. */
  freeze?: readonly string[] | ((name: string) => boolean);
  /** What multiplies the learning rate under a prefix; the longest prefix counts. Default: 1 everywhere. */
  rates?: Readonly<Record<string, number>>;
  /** What multiplies the weight decay. Default: 1 for rank 2 and up, 0 for biases and norms. */
  decay?: (name: string, shape: readonly number[]) => number;
  /** Every weight's name: when given, a prefix that holds none of them throws `config-invalid`. */
  names?: readonly string[];
};

/** Matrices and filters decay; biases and the scales of norms, of rank 0 and 1, do not. */
export const defaultDecay = (_name: string, shape: readonly number[]): number =>
  shape.length > 1 ? 1 : 0;

/** Everything trainable at rate 1. */
export const defaultGroups: ParamGroups = (name, shape) => ({
  rate: 1,
  decay: defaultDecay(name, shape),
  frozen: false,
});

/** The same treatment at a multiple of its rate. */
export const atRate = (group: ParamGroup, factor = 1): ParamGroup =>
  factor === 1 ? group : { ...group, rate: group.rate * factor };

/** How each weight is treated, from prefixes of names (matched by whole segments). */
export function paramGroups(options: GroupOptions = {}): ParamGroups {
  const { freeze = [], rates = {}, decay = defaultDecay, names } = options;
  const prefixes = [...(typeof freeze === "function" ? [] : freeze), ...Object.keys(rates)];
  if (names) checkPrefixes(prefixes, names);
  const isFrozen =
    typeof freeze === "function"
      ? freeze
      : (name: string) => freeze.some((prefix) => isUnder(name, prefix));
  const byLength = Object.entries(rates).sort(([a], [b]) => b.length - a.length);
  return (name, shape): ParamGroup => ({
    rate: byLength.find(([prefix]) => isUnder(name, prefix))?.[1] ?? 1,
    decay: decay(name, shape),
    frozen: isFrozen(name),
  });
}

function checkPrefixes(prefixes: readonly string[], names: readonly string[]): void {
  const unknown = prefixes.filter((prefix) => !names.some((name) => isUnder(name, prefix)));
  if (unknown.length === 0) return;
  const known = [...new Set(names.map((name) => name.split(".")[0]))];
  throw new GraftError(
    "config-invalid",
    `No weight lies under ${unknown.map((prefix) => `"${prefix}"`).join(", ")}. The first segments of the names are: ${known.join(", ")}.`,
    { details: { unknown, known } },
  );
}
