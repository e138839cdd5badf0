import { SearchError } from "../error.js";
import type { Sampler } from "../sampler.js";
import type { Parameter, Params, Scalar } from "../space/parameter.js";
import { applies, meetsConstraints } from "../space/params.js";
import type { Space } from "../space/space.js";
import { levelsOf, valueAt, valueOfLevel } from "../space/unit.js";

/** How a grid is laid. */
export type GridOptions = {
  /** Values of a float without steps, and at most of an int in the logarithm, from bound to bound. Default 5. */
  readonly points?: number;
};

/** More would not be tried in anybody's time. */
const MOST_POINTS = 1_000_000;

const points = new WeakMap<Space, Map<number, readonly Params[]>>();

/**
 * Every combination once, the last parameter first; those that constraints forbid are left out before any is
 * tried. Then `undefined`. Throws `space-invalid` above a million combinations or where none is allowed.
 */
export function grid({ points = 5 }: GridOptions = {}): Sampler {
  if (!(Number.isInteger(points) && points > 0)) {
    throw new SearchError(
      "config-invalid",
      `A grid has ${points} points a parameter. Give a whole number above 0.`,
    );
  }
  return { name: "grid", suggest: ({ space, number }) => gridOf(space, points)[number] };
}

/** All parameters a grid tries, in order. Throws as `grid`. */
function gridOf(space: Space, pointsEach = 5): readonly Params[] {
  const known = points.get(space) ?? new Map<number, readonly Params[]>();
  points.set(space, known);
  const made = known.get(pointsEach) ?? layGrid(space, pointsEach);
  known.set(pointsEach, made);
  return made;
}

function layGrid(space: Space, pointsEach: number): readonly Params[] {
  let laid: Params[] = [{}];
  for (const [name, parameter] of Object.entries(space.parameters)) {
    const values = pointsOf(parameter, pointsEach);
    laid = laid.flatMap((params) =>
      applies(parameter, params) ? values.map((value) => ({ ...params, [name]: value })) : [params],
    );
    if (laid.length > MOST_POINTS) throw tooMany(laid.length);
  }
  const allowed = laid.filter((params) => meetsConstraints(space, params));
  if (allowed.length === 0) {
    throw new SearchError(
      "space-invalid",
      `None of a grid's ${laid.length} combinations meets the constraints. Loosen them, or lay more points.`,
    );
  }
  return allowed;
}

function pointsOf(parameter: Parameter, count: number): readonly Scalar[] {
  const levels = levelsOf(parameter);
  if (Number.isFinite(levels) && !(parameter.kind !== "choice" && parameter.log)) {
    return Array.from({ length: levels }, (_, level) => valueOfLevel(parameter, level));
  }
  if (levels <= count)
    return Array.from({ length: levels }, (_, level) => valueOfLevel(parameter, level));
  if (count === 1) return [valueAt(parameter, 0.5)];
  const even = Array.from({ length: count }, (_, at) => valueAt(parameter, at / (count - 1)));
  return [...new Set(even)];
}

const tooMany = (count: number): SearchError =>
  new SearchError(
    "space-invalid",
    `A grid of this space has ${count} combinations and more. Give parameters steps or fewer values, or choose another sampler.`,
  );
