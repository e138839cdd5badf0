import { type Random, randomOf } from "../random.js";
import { levelsOf, unitOf } from "../space/unit.js";
import { drawRows, growTree, type Leaf, type Part, type Table } from "./forest.js";
import type { Group } from "./group.js";

const TREES = 64;
/** A tree sees as many rows as there are trials, and this many at most. */
const MOST_ROWS = 1000;

/**
 * Of each parameter that all trials have, the part of a regression tree's variance over the whole space that
 * it explains alone, the mean over a forest: fANOVA (Hutter, Hoos and Leyton-Brown 2014). What only some have
 * is known to the trees too: where it doesn't apply, a draw stands for it.
 */
export function fanova(group: Group, seed: number): readonly number[] {
  const { parameters, trials } = group;
  const parts = parameters.map(() => 0);
  const targets = standard(group.costs);
  for (let tree = 0; tree < TREES; tree++) {
    const source = randomOf({ seed, number: tree, site: "fanova" });
    const table = tableOf(group, { targets, source });
    const rows = drawRows(trials.length, Math.min(trials.length, MOST_ROWS), source);
    const explained = explainedBy(growTree(table, { rows, source }), table.choices);
    for (const at of parts.keys()) parts[at]! += explained[at]! / TREES;
  }
  return parts;
}

/** With mean 0 and deviation 1, so that trees' gains have no unit. */
function standard(costs: readonly number[]): readonly number[] {
  const mean = costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
  const spread = Math.sqrt(costs.reduce((sum, cost) => sum + (cost - mean) ** 2, 0) / costs.length);
  return costs.map((cost) => (cost - mean) / (spread || 1));
}

function tableOf(
  { parameters, others, trials }: Group,
  { targets, source }: { readonly targets: readonly number[]; readonly source: Random },
): Table {
  const columns = [...parameters, ...others];
  const choices = columns.map(([, each]) => (each.kind === "choice" ? levelsOf(each) : 0));
  const rows = trials.map(({ params }) =>
    Float64Array.from(columns, ([name, parameter], at) => {
      const place = name in params ? unitOf(parameter, params[name]!) : source.uniform();
      return choices[at]! > 0 ? Math.floor(place * choices[at]!) : place;
    }),
  );
  return { rows, targets, choices };
}

/** Of each column the part of the variance of a tree's leaves that it explains alone. */
export function explainedBy(
  leaves: readonly Leaf[],
  choices: readonly number[],
): readonly number[] {
  const sizes = leaves.map(({ parts }) => parts.map((part, at) => sizeOf(part, choices[at]!)));
  const volumes = sizes.map((own) => own.reduce((product, size) => product * size, 1));
  const sum = (of: (at: number) => number) => leaves.reduce((all, _, at) => all + of(at), 0);
  const mean = sum((at) => volumes[at]! * leaves[at]!.value);
  const variance = sum((at) => volumes[at]! * (leaves[at]!.value - mean) ** 2);
  if (!(variance > 0)) return choices.map(() => 0);
  return choices.map((count, column) => {
    const weighed = leaves.map(({ value, parts }, at) => ({
      part: parts[column]!,
      // What it adds to the mean over the other columns, wherever in this one it lies.
      share: ((value - mean) * volumes[at]!) / sizes[at]![column]!,
    }));
    const own = count > 0 ? ofChoice(weighed, count) : ofNumber(weighed);
    return own / variance;
  });
}

const sizeOf = (part: Part, count: number): number =>
  "values" in part ? part.values.size / count : part.high - part.low;

type Weighed = { readonly part: Part; readonly share: number };

function ofChoice(leaves: readonly Weighed[], count: number): number {
  const means = new Array<number>(count).fill(0);
  for (const { part, share } of leaves) {
    if ("values" in part) for (const value of part.values) means[value]! += share;
  }
  return means.reduce((sum, mean) => sum + mean ** 2, 0) / count;
}

/** The marginal mean is a staircase: each leaf is a step up at its lower end and one down at its upper end. */
function ofNumber(leaves: readonly Weighed[]): number {
  const steps = leaves
    .flatMap(({ part, share }) =>
      "low" in part ? [[part.low, share] as const, [part.high, -share] as const] : [],
    )
    .sort(([a], [b]) => a - b);
  let [variance, height, before] = [0, 0, 0];
  for (const [place, step] of steps) {
    variance += (place - before) * height ** 2;
    height += step;
    before = place;
  }
  return variance;
}
