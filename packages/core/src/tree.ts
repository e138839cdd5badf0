import { GraftError } from "./errors.js";

/** What every array has, on the host or in tfjs; this is how a leaf is told from a branch. */
export type Leaf = { readonly shape: readonly number[]; readonly dtype: string };

/** Weights as models read them: plain objects and arrays of arrays. */
export type Tree<L extends Leaf = Leaf> =
  | L
  | readonly Tree<L>[]
  | { readonly [key: string]: Tree<L> | undefined };

/**
 * Flat to nested: `{ "layer1.0.conv1.weight": w }` becomes `{ layer1: [{ conv1: { weight: w } }] }`.
 * Segments that count 0, 1, 2, ... make an array; other numbers stay keys of a record, so `p[3]` reads both.
 * `T` is the caller's word: a name that is absent reads as undefined. Throws `program-invalid` when a
 * name is both a weight and a prefix.
 */
export function nest<T>(flat: Readonly<Record<string, unknown>>): T {
  const root: Branch = new Map();
  for (const [name, leaf] of Object.entries(flat)) {
    const segments = name.split(".");
    const last = segments.pop() ?? "";
    const branch = segments.reduce((parent, segment) => descend(parent, segment, name), root);
    if (branch.get(last) instanceof Map) throw clash(name);
    branch.set(last, leaf);
  }
  return materialize(root) as T;
}

type Branch = Map<string, unknown>;

function descend(parent: Branch, segment: string, name: string): Branch {
  const found = parent.get(segment);
  if (found instanceof Map) return found;
  if (parent.has(segment)) throw clash(name);
  const made: Branch = new Map();
  parent.set(segment, made);
  return made;
}

/** `Object.fromEntries` defines keys rather than assigning them, so a file cannot reach a prototype. */
function materialize(branch: Branch): unknown {
  const entries = [...branch].map(
    ([key, child]) => [key, child instanceof Map ? materialize(child) : child] as const,
  );
  const indexed = entries.every(([key]) => isIndex(key) && Number(key) < entries.length);
  if (!indexed || entries.length === 0) return Object.fromEntries(entries);
  return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => child);
}

const isIndex = (key: string): boolean => /^(0|[1-9]\d*)$/.test(key);

const clash = (name: string): GraftError =>
  new GraftError(
    "program-invalid",
    `The weight names clash at "${name}": part of it is a weight and a prefix of others at once. Rename one.`,
    { details: { name } },
  );

/** Nested to flat: a leaf's path is its checkpoint key. Undefined branches are left out. */
export function flatten<L extends Leaf>(tree: Tree<L>, prefix = ""): Record<string, L> {
  if (isLeaf(tree)) return { [prefix]: tree };
  return Object.fromEntries(
    Object.entries(tree).flatMap(([key, child]) =>
      child === undefined
        ? []
        : Object.entries(flatten<L>(child, prefix === "" ? key : `${prefix}.${key}`)),
    ),
  );
}

const isLeaf = <L extends Leaf>(tree: Tree<L>): tree is L =>
  !Array.isArray(tree) && "dtype" in tree && typeof tree.dtype === "string";

/** Applies `fn` to every weight; names and order stay. */
export function mapWeights<V, W>(
  weights: Readonly<Record<string, V>>,
  fn: (weight: V, name: string) => W,
): Record<string, W> {
  return Object.fromEntries(
    Object.entries(weights).map(([name, weight]) => [name, fn(weight, name)]),
  );
}

/** The weights whose name is kept. */
export function pickWeights<V>(
  weights: Readonly<Record<string, V>>,
  keep: (name: string, weight: V) => boolean,
): Record<string, V> {
  return Object.fromEntries(Object.entries(weights).filter(([name, weight]) => keep(name, weight)));
}

/** True when `name` lies under `prefix`, segment by segment: "layer1" holds "layer1.0.bias", not "layer10.bias". */
export const isUnder = (name: string, prefix: string): boolean =>
  prefix === "" || name === prefix || name.startsWith(prefix.endsWith(".") ? prefix : `${prefix}.`);
