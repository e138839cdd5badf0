import type { Graph, Target } from "./graph.js";
import { lower } from "./lower.js";
import { emit, type Model } from "./onnx/emit.js";
import { optimize } from "./passes/optimize.js";
import { type InputSpec, type TracedFunction, trace } from "./trace.js";

export type CompileOptions = {
  readonly target: Target;
  /** The graph's name. Default "program". */
  readonly name?: string;
  /** Constants of at least this many bytes go outside the protobuf. Default: none. */
  readonly externalBytes?: number;
};

/** A compiled program: the graph, and the same as an ONNX model. */
export type Compiled = Model & { readonly graph: Graph };

/** Traces, lowers, optimizes and emits a program in one go. Throws what those throw. */
export function compile(
  fn: TracedFunction,
  specs: Readonly<Record<string, InputSpec>>,
  options: CompileOptions,
): Compiled {
  const { target, name = "program" } = options;
  const graph = optimize(lower(trace(fn, specs, { name }), { target }));
  const { externalBytes = Number.POSITIVE_INFINITY } = options;
  return { graph, ...emit(graph, { target, externalBytes }) };
}
