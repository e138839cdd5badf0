import type { Parameter, Params } from "../../space/parameter.js";
import type { Space } from "../../space/space.js";
import { encode, type Point } from "../encode.js";

/** How far apart one that applies is from one that doesn't, beside a whole range's 1. */
const ABSENT = 1;

/**
 * Parameters as coordinates of a plain space, parameter after parameter: a number is one; a choice has one a
 * value, so that two are 1 apart; a conditional one has one more, in which what doesn't apply is away from
 * all that does.
 */
export function embed(space: Space, params: Params): Float64Array {
  const point: Point = encode(space, params);
  const parameters = Object.values(space.parameters);
  return Float64Array.from(
    parameters.flatMap((parameter, at) => {
      const value = point[at]!;
      const absent = parameter.when ? [Number.isNaN(value) ? ABSENT : 0] : [];
      return [...coordinatesOf(parameter, value), ...absent];
    }),
  );
}

/** Of each coordinate, the number of the parameter it is of. */
export const ownersOf = (space: Space): readonly number[] =>
  Object.values(space.parameters).flatMap((parameter, at) => {
    const own = parameter.kind === "choice" ? parameter.values.length : 1;
    return new Array<number>(own + (parameter.when ? 1 : 0)).fill(at);
  });

function coordinatesOf(parameter: Parameter, value: number): readonly number[] {
  if (parameter.kind !== "choice") return [Number.isNaN(value) ? 0.5 : value];
  return parameter.values.map((_, at) => (at === value ? Math.SQRT1_2 : 0));
}

/** Matern's kernel of smoothness 5/2 (Rasmussen and Williams 2006, chapter 4) at a squared scaled distance. */
export function matern(square: number): number {
  const distance = Math.sqrt(5 * square);
  return (1 + distance + (5 * square) / 3) * Math.exp(-distance);
}

/** The squared distance of two embedded points, each coordinate over its length. */
export function squareBetween(
  a: Float64Array,
  b: Float64Array,
  lengths: ArrayLike<number>,
): number {
  let square = 0;
  for (let at = 0; at < a.length; at++) square += ((a[at]! - b[at]!) / lengths[at]!) ** 2;
  return square;
}
