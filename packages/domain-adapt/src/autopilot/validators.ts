import { type Matrix, takeRows } from "@graft-ml/core/linalg";
import { classesOf, headProbabilities } from "../heads/linear-head.js";
import { circularScore } from "../validate/circular-score.js";
import { clusterScore } from "../validate/clusters.js";
import { informationScore } from "../validate/entropy-scores.js";
import { neighbourhoodDensityScore } from "../validate/neighbourhood-density.js";
import { nuclearNormScore } from "../validate/nuclear-norm.js";
import type { Adapted } from "./candidates.js";
import type { JudgedLesson, Lesson } from "./lesson.js";

/** What scores a candidate without labels of the target; higher is better. */
export type ValidatorName = "information" | "nuclear norm" | "density" | "circular" | "neighbours";

/** Rows of the target whose neighbours are looked at. */
const NEIGHBOURS = 2000;

export const validators: Readonly<
  Record<ValidatorName, (adapted: Adapted, lesson: JudgedLesson) => number>
> = {
  information: (adapted, lesson) => informationScore(told(adapted, lesson)),
  "nuclear norm": (adapted, lesson) => nuclearNormScore(told(adapted, lesson)),
  density: (adapted, lesson) => neighbourhoodDensityScore(told(adapted, lesson, NEIGHBOURS)),
  neighbours: ({ head }, lesson) => clusterScore(classesOf(lesson.target, head), lesson.clusters),
  circular: ({ head, seen }, { labels, target, numClasses }) =>
    circularScore({
      target: { features: seen.target, predicted: classesOf(target, head) },
      source: { features: seen.source, labels },
      numClasses,
    }),
};

/** The probabilities of the target's rows, of so many that lie evenly among them. */
function told({ head }: Adapted, { target }: Lesson, most = target.rows): Matrix {
  const count = Math.min(most, target.rows);
  const rows = Array.from({ length: count }, (_, at) => Math.floor((at * target.rows) / count));
  const some = count === target.rows ? target : takeRows(target, rows);
  return headProbabilities(some, head);
}
