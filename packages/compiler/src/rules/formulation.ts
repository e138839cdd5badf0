import { CompileError } from "../errors.js";
import type { Target } from "../graph.js";
import type { Order } from "../layout.js";
import type { Lowering, Operand } from "./rule.js";
import type { Window } from "./window.js";

/** A value that a formulation made, and its physical axis order. */
export type Placed = { readonly name: string; readonly order: Order };

/**
 * One of several ways to compute the same thing. Tables of these are read from top to bottom, and the
 * first whose `when` holds is taken, so the last one is for everything. What chose the shapes is
 * measured by `benchmarks/convolution-gradients.ts` and `convolutions-wasm.ts`, which run every formulation that is
 * possible.
 *
 * Predicates look at maps and channels, never at the batch, as traces at two batch sizes must agree; on the
 * target wasm, where each graph has one batch size, they may.
 */
export type Formulation = {
  readonly name: string;
  /** Where it computes the right thing. Default: everywhere. */
  readonly possible?: (window: Window) => boolean;
  /** Where it was fastest. */
  readonly when: (window: Window, target: Target) => boolean;
  readonly emit: (context: Lowering, inputs: FormulationInputs, window: Window) => Placed;
};

/** A convolution's may have a bias. */
export type FormulationInputs = readonly [Operand, Operand, bias?: Operand];

export const always = (): boolean => true;

export const isPossible = (formulation: Formulation, window: Window): boolean =>
  formulation.possible?.(window) ?? true;

/** The formulation that a table gives for a shape. */
export function choose(table: readonly Formulation[], window: Window, target: Target): Formulation {
  const found = table.find((entry) => isPossible(entry, window) && entry.when(window, target));
  if (found) return found;
  throw new CompileError(
    "graph-invalid",
    "A table of formulations must end with one for every shape.",
    {
      details: { window, names: table.map((entry) => entry.name) },
    },
  );
}
