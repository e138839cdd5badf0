import { type ErrorCode, GraftError } from "../errors.js";
import type { WeightSpecs } from "../models/model.js";
import { isUnder } from "../tree.js";
import type { FloatWeights } from "./host-tensor.js";
import { prefixHint } from "./prefix-hint.js";
import type { WeightStore } from "./store.js";
import { toFloat32 } from "./to-float32.js";

export type LoadOptions = {
  /** What the store's names have before the model's, such as "backbone.". Default: nothing. */
  prefix?: string;
  /**
   * Prefixes of the model's names that the store may lack or hold in another shape, such as a new
   * head's "fc": these are left out of the result. Default: none.
   */
  allowMissing?: readonly string[];
  /** Endings of names in the store that the model has no use for. Default: "num_batches_tracked". */
  ignore?: readonly string[];
  /** Arrays on SharedArrayBuffers. Default false. */
  shared?: boolean;
};

/**
 * A model's weights as float32, every name and shape checked before an array is read. Throws one error
 * that tells all mismatches: `shape-mismatch`, `weight-missing` or `weight-unexpected`, in this order;
 * where only a prefix is in the way, it says how to take it off.
 */
export async function loadWeights(
  specs: WeightSpecs,
  store: WeightStore,
  options: LoadOptions = {},
): Promise<FloatWeights> {
  const { prefix = "", shared = false } = options;
  const names = await checkNames(specs, store, options);
  const weights: Record<string, FloatWeights[string]> = {};
  for (const name of names) {
    weights[name] = toFloat32(await store.get(prefix + name), { shared });
  }
  return weights;
}

type Problem = { code: ErrorCode; name: string; what: string };

/** The names to load. */
async function checkNames(
  specs: WeightSpecs,
  store: WeightStore,
  options: LoadOptions,
): Promise<readonly string[]> {
  const { prefix = "", allowMissing = [], ignore = ["num_batches_tracked"] } = options;
  const found = await store.list();
  const isOptional = (name: string): boolean => allowMissing.some((part) => isUnder(name, part));
  const problems: Problem[] = [];
  const names = Object.entries(specs).flatMap(([name, { shape }]) => {
    const problem = compare(name, shape, found[prefix + name]?.shape);
    if (problem === undefined) return [name];
    if (!isOptional(name)) problems.push(problem);
    return [];
  });
  for (const name of Object.keys(found)) {
    const own = name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
    if (own === undefined || Object.hasOwn(specs, own) || isOptional(own)) continue;
    if (ignore.some((ending) => name.endsWith(ending))) continue;
    problems.push({ code: "weight-unexpected", name, what: "is not the model's" });
  }
  if (problems.length === 0) return names;
  const wanted = Object.keys(specs).map((name) => prefix + name);
  const hint = prefixHint(wanted, Object.keys(found), prefix);
  throw mismatch(store.name, problems, hint);
}

const text = (shape: readonly number[]): string => `[${shape.join(", ")}]`;

function compare(
  name: string,
  expected: readonly number[],
  actual: readonly number[] | undefined,
): Problem | undefined {
  if (actual === undefined) {
    return { code: "weight-missing", name, what: `is missing, ${text(expected)} expected` };
  }
  if (text(expected) === text(actual)) return undefined;
  const what = `is ${text(actual)}, ${text(expected)} expected`;
  return { code: "shape-mismatch", name, what };
}

const order: readonly ErrorCode[] = ["shape-mismatch", "weight-missing", "weight-unexpected"];
const told = 20;

function mismatch(
  store: string,
  problems: readonly Problem[],
  hint = "Check that config and weights belong together.",
): GraftError {
  const code = order.find((one) => problems.some((problem) => problem.code === one));
  const lines = problems.slice(0, told).map(({ name, what }) => `"${name}" ${what}`);
  const rest = problems.length > told ? `; and ${problems.length - told} more` : "";
  return new GraftError(
    code ?? "weight-missing",
    `The weights of ${store} do not fit the model: ${lines.join("; ")}${rest}. ${hint}`,
    { details: { store, problems } },
  );
}
