import type { Compiled, CompileOptions } from "./compile.js";
import { lower } from "./lower.js";
import { emit } from "./onnx/emit.js";
import { optimize } from "./passes/optimize.js";
import { type InputSpec, type TracedFunction, trace } from "./trace.js";
import type { Sizes } from "./unify/expression.js";
import { unifyAll } from "./unify/unify.js";

export type DynamicOptions = Omit<CompileOptions, "target"> & {
  /**
   * Two values of each named size to trace at, such as { batch: [5, 7] }: unlike each other and any
   * fixed size of the program, and of a kind with what will come (odd ones, where odd ones will).
   */
  readonly sizes: Readonly<Record<string, readonly [number, number]>>;
  /** Default "portable". Not "wasm", whose forms depend on the batch. */
  readonly target?: Exclude<CompileOptions["target"], "wasm">;
};

/** Where to trace: each size moved alone, so that none is taken for another, and then all of them. */
function tracePoints(pairs: DynamicOptions["sizes"]): Sizes[] {
  const entries = Object.entries(pairs);
  const base = Object.fromEntries(entries.map(([name, [first]]) => [name, first]));
  const alone = entries.map(([name, [, second]]) => ({ ...base, [name]: second }));
  const beyond = entries.map(([name, [first, second]]) => [
    name,
    2 * Math.max(first, second) - Math.min(first, second),
  ]);
  return [base, ...alone, Object.fromEntries(beyond)];
}

/**
 * A program compiled once for all values of its named sizes: traced with each of them moved, and
 * unified. `specs` gives the inputs at given sizes. Throws "graph-mismatch" where the program does
 * not do the same at every size.
 */
export function compileDynamic(
  fn: TracedFunction,
  specs: (sizes: Sizes) => Readonly<Record<string, InputSpec>>,
  options: DynamicOptions,
): Compiled {
  const { name = "program", target = "portable" } = options;
  const { externalBytes = Number.POSITIVE_INFINITY } = options;
  const traces = tracePoints(options.sizes).map((sizes) => ({
    graph: optimize(lower(trace(fn, specs(sizes), { name }), { target })),
    sizes,
  }));
  const graph = unifyAll(traces);
  return { graph, ...emit(graph, { target, externalBytes }) };
}
