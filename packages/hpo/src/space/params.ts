import type { Params, Scalar } from "./parameter.js";
import type { Conditional, Space } from "./space.js";
import { holds } from "./unit.js";

/** Whether a parameter applies, given those declared before it. */
export function applies({ when }: Conditional, params: Params): boolean {
  if (when === undefined) return true;
  for (const name in when) {
    if (!(name in params) || !when[name]!.includes(params[name]!)) return false;
  }
  return true;
}

/** Whether every constraint of a space holds. */
export const meetsConstraints = ({ constraints }: Space, params: Params): boolean =>
  constraints.every((constraint) => constraint(params));

/** Decides each parameter that applies, in order. */
export function decide(
  space: Space,
  pick: (name: string, parameter: Conditional) => Scalar,
): Params {
  const params: Record<string, Scalar> = {};
  for (const [name, parameter] of Object.entries(space.parameters)) {
    if (applies(parameter, params)) params[name] = pick(name, parameter);
  }
  return params;
}

/** Why parameters are not of a space, in words that name the first one; `undefined`: they are. */
export function problemOf(space: Space, params: Params): string | undefined {
  for (const [name, parameter] of Object.entries(space.parameters)) {
    const value = params[name];
    if (!applies(parameter, params)) {
      if (value !== undefined) return `${name} doesn't apply beside the others, but is given`;
    } else if (value === undefined) return `${name} applies, but is missing`;
    else if (!holds(parameter, value)) return `${name} can't be ${JSON.stringify(value)}`;
  }
  const unknown = Object.keys(params).find((name) => !(name in space.parameters));
  if (unknown !== undefined) return `${unknown} is not a parameter of the space`;
  return meetsConstraints(space, params) ? undefined : "a constraint doesn't hold";
}

/** A text that is the same for the same values, whatever the order of their names. */
export const keyOf = (space: Space, params: Params): string =>
  JSON.stringify(Object.keys(space.parameters).map((name) => params[name]));
