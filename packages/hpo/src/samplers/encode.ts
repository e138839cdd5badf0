import type { Params } from "../space/parameter.js";
import type { Space } from "../space/space.js";
import { unitOf } from "../space/unit.js";

/**
 * Parameters as numbers, in the space's order: of a number its place in [0, 1], of a choice the number of its
 * value, `NaN` where a parameter doesn't apply.
 */
export type Point = Float64Array;

const known = new WeakMap<Space, WeakMap<Params, Point>>();

/** The point of parameters. It is shared: not to be written to. */
export function encode(space: Space, params: Params): Point {
  let own = known.get(space);
  if (!own) {
    own = new WeakMap();
    known.set(space, own);
  }
  let point = own.get(params);
  if (!point) {
    point = Float64Array.from(Object.entries(space.parameters), ([name, parameter]) => {
      if (!(name in params)) return Number.NaN;
      const value = params[name]!;
      return parameter.kind === "choice"
        ? parameter.values.indexOf(value)
        : unitOf(parameter, value);
    });
    own.set(params, point);
  }
  return point;
}
