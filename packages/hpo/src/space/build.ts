import { checkParameters } from "./check.js";
import type { Choice, Float, Int, Params, Scalar } from "./parameter.js";
import type { Conditional, Parameters, ParamsOf, Space } from "./space.js";

/** A number between two bounds. */
export const float = (bounds: Omit<Float, "kind">): Float => ({ kind: "float", ...bounds });

/** A whole number between two bounds. */
export const int = (bounds: Omit<Int, "kind">): Int => ({ kind: "int", ...bounds });

/** One of some values, in no order. */
export const choice = <const T extends Scalar>(values: readonly T[]): Choice<T> => ({
  kind: "choice",
  values,
});

/** Which values parameters declared before must have; one alone stands for a list of one. */
export type Conditions = Readonly<Record<string, Scalar | readonly Scalar[]>>;

/** A parameter that applies only where others have given values; both conditions of two hold. */
export function when<P extends Conditional>(
  conditions: Conditions,
  parameter: P,
): P & { readonly when: Readonly<Record<string, readonly Scalar[]>> } {
  const lists = Object.entries(conditions).map(([name, values]) => [name, listOf(values)] as const);
  return { ...parameter, when: { ...parameter.when, ...Object.fromEntries(lists) } };
}

/** Parameters that apply only where others have given values: a branch of a space, to be spread into it. */
export function branch<const D extends Parameters>(
  conditions: Conditions,
  parameters: D,
): {
  readonly [N in keyof D]: D[N] & { readonly when: Readonly<Record<string, readonly Scalar[]>> };
} {
  const entries = Object.entries(parameters).map(([name, each]) => [name, when(conditions, each)]);
  return Object.fromEntries(entries);
}

/**
 * A space of parameters in the order in which they are decided. Constraints see all that apply and must be
 * pure. Throws `space-invalid` where a parameter can't be sampled or a condition can't hold.
 */
export function space<const D extends Parameters>(
  parameters: D,
  options: { readonly constraints?: readonly ((params: ParamsOf<Space<D>>) => boolean)[] } = {},
): Space<D> {
  checkParameters(parameters);
  return {
    parameters,
    constraints: (options.constraints ?? []) as readonly ((params: Params) => boolean)[],
  };
}

const listOf = (values: Scalar | readonly Scalar[]): readonly Scalar[] =>
  Array.isArray(values) ? values : [values as Scalar];
