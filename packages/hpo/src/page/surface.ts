import { levelsOf, unitOf } from "../space/unit.js";
import type { FinishedTrial } from "../trial.js";
import type { Named } from "./seen.js";

/** A value at each field of a grid over two parameters, places from 0 to 1. */
export type Surface = {
  /** How many fields an axis has. */
  readonly across: number;
  readonly up: number;
  /** Row by row, the first parameter running fastest; `NaN` where no trial is near. */
  readonly values: readonly number[];
};

/** Of a parameter's range: how wide a trial is felt, and how far at most. */
const WIDTH = 0.06;
const REACH = 0.15;

/** Fields of an axis, where a parameter has more values than that. */
const MOST_FIELDS = 28;

/**
 * A mean of trials at each field, each weighed by a normal kernel of its distance (Nadaraya 1964, Watson
 * 1964), where a trial is near. A choice's values are no neighbours.
 */
export function surfaceOf(
  trials: readonly FinishedTrial[],
  {
    x,
    y,
    value,
  }: {
    readonly x: Named;
    readonly y: Named;
    readonly value: (trial: FinishedTrial) => number;
  },
): Surface {
  const points = trials.map((trial) => ({
    x: unitOf(x.parameter, trial.params[x.name]!),
    y: unitOf(y.parameter, trial.params[y.name]!),
    value: value(trial),
  }));
  const [across, up] = [fieldsOf(x), fieldsOf(y)];
  const values = Array.from({ length: across * up }, (_, at) => {
    const place = { x: ((at % across) + 0.5) / across, y: (Math.floor(at / across) + 0.5) / up };
    let [sum, weights, nearest] = [0, 0, Number.POSITIVE_INFINITY];
    for (const point of points) {
      const square = apart(x, point.x - place.x) ** 2 + apart(y, point.y - place.y) ** 2;
      const weight = Math.exp(-0.5 * (square / WIDTH ** 2));
      sum += weight * point.value;
      weights += weight;
      nearest = Math.min(nearest, square);
    }
    return nearest <= REACH ** 2 ? sum / weights : Number.NaN;
  });
  return { across, up, values };
}

const fieldsOf = ({ parameter }: Named): number => {
  const levels = levelsOf(parameter);
  return levels <= MOST_FIELDS || parameter.kind === "choice" ? levels : MOST_FIELDS;
};

function apart({ parameter }: Named, distance: number): number {
  if (parameter.kind !== "choice") return distance;
  return Math.abs(distance) < 1e-9 ? 0 : Number.POSITIVE_INFINITY;
}
