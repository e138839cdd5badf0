import { type Matrix, takeRows } from "@graft-ml/core/linalg";
import { classesOf, headProbabilities } from "../heads/linear-head.js";
import { scaledBy, scalingOf } from "../linalg/scaling.js";
import { circularScore } from "../validate/circular-score.js";
import { informationScore } from "../validate/entropy-scores.js";
import { nearestRows, neighbourInformation } from "../validate/neighbour-information.js";
import { neighbourhoodDensityScore } from "../validate/neighbourhood-density.js";
import { nuclearNormScore } from "../validate/nuclear-norm.js";
import type { Adapted } from "./candidates.js";
import type { Lesson } from "./lesson.js";

/** What scores a candidate without labels of the target; higher is better. */
export type ValidatorName = "information" | "nuclear norm" | "density" | "circular" | "neighbours";

/** Rows of the target whose neighbours are looked at. */
const NEIGHBOURS = 2000;

export const validators: Readonly<
  Record<ValidatorName, (adapted: Adapted, lesson: Lesson) => number>
> = {
  information: (adapted, lesson) => informationScore(told(adapted, lesson)),
  "nuclear norm": (adapted, lesson) => nuclearNormScore(told(adapted, lesson)),
  density: (adapted, lesson) => neighbourhoodDensityScore(told(adapted, lesson, NEIGHBOURS)),
  neighbours: ({ head }, lesson) =>
    neighbourInformation({
      predicted: classesOf(lesson.target, head),
      neighbours: neighboursOf(lesson),
      numClasses: lesson.numClasses,
    }),
  circular: ({ head, seen }, { labels, target, numClasses }) =>
    circularScore({
      target: { features: seen.target, predicted: classesOf(target, head) },
      source: { features: seen.source, labels },
      numClasses,
    }),
};

const known = new WeakMap<Matrix, Uint32Array>();

/** Of the target's z-scores; looked for once. */
export function neighboursOf({ target }: Lesson): Uint32Array {
  const found =
    known.get(target) ?? nearestRows(scaledBy(target, scalingOf(target, { floor: 0.1 })));
  known.set(target, found);
  return found;
}

/** The probabilities of the target's rows, of so many that lie evenly among them. */
function told({ head }: Adapted, { target }: Lesson, most = target.rows): Matrix {
  const count = Math.min(most, target.rows);
  const rows = Array.from({ length: count }, (_, at) => Math.floor((at * target.rows) / count));
  const some = count === target.rows ? target : takeRows(target, rows);
  return headProbabilities(some, head);
}
