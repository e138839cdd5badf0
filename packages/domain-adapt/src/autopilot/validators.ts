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
  neighbours: ({ head }, lesson) => clusterScore(classesOf(lesson.target, head), lesson),
  circular: ({ head, seen }, { labels, target, numClasses }) =>
    circularScore({
      target: { features: seen.target, predicted: classesOf(target, head) },
      source: { features: seen.source, labels },
      numClasses,
    }),
};

/** How much better than true classes those of a linear head may follow clusters: it is smoother than they are. */
const SMOOTHNESS = 2;

/**
 * How well classes of the target's rows follow its clusters; at most twice as well as the source's true
 * classes follow the source's. Where even a head on the source alone does that, clusters are not about the
 * classes (as those of texts are about topics rather than opinions), and nothing is better for more of it.
 */
export function clusterScore(
  predicted: ArrayLike<number>,
  lesson: Lesson,
  times?: ArrayLike<number>,
): number {
  const { target, numClasses } = lesson;
  const neighbours = neighboursOf(target);
  const score = neighbourInformation({
    predicted,
    neighbours,
    numClasses,
    ...(times ? { times } : {}),
  });
  return Math.min(score, SMOOTHNESS * truthOf(lesson));
}

const truths = new WeakMap<Lesson, number>();

/** How well the source's classes follow its clusters; worked out once. */
function truthOf(lesson: Lesson): number {
  const { source, labels: predicted, numClasses } = lesson;
  const known = truths.get(lesson);
  if (known !== undefined) return known;
  const truth = neighbourInformation({ predicted, neighbours: neighboursOf(source), numClasses });
  truths.set(lesson, truth);
  return truth;
}

const neighbourhoods = new WeakMap<Matrix, Uint32Array>();

/** By z-scores of the rows; looked for once. */
function neighboursOf(rows: Matrix): Uint32Array {
  const known = neighbourhoods.get(rows);
  if (known) return known;
  const found = nearestRows(scaledBy(rows, scalingOf(rows, { floor: 0.1 })));
  neighbourhoods.set(rows, found);
  return found;
}

/** The probabilities of the target's rows, of so many that lie evenly among them. */
function told({ head }: Adapted, { target }: Lesson, most = target.rows): Matrix {
  const count = Math.min(most, target.rows);
  const rows = Array.from({ length: count }, (_, at) => Math.floor((at * target.rows) / count));
  const some = count === target.rows ? target : takeRows(target, rows);
  return headProbabilities(some, head);
}
