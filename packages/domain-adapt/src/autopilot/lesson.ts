import { fitLogisticHead, GraftError, type LogisticHead, permutation } from "@graft-ml/core";
import { featuresOf, type Matrix, takeRows } from "@graft-ml/core/linalg";
import { checkDomains } from "../align/alignment.js";
import type { MemoryOptions } from "../align/memory.js";
import { classesOf } from "../heads/linear-head.js";
import type { AlgebraOptions } from "../linalg/linear-algebra.js";
import { scaledBy, scalingOf } from "../linalg/scaling.js";
import { type Clusters, clustersOf } from "../validate/clusters.js";

export type AdaptOptions = AlgebraOptions &
  MemoryOptions & {
    /** Features of the source (N, D) and of the target (M, D), of the same layer of the same network. */
    source: Matrix;
    target: Matrix;
    /** The source's classes (N), counting from 0. */
    labels: ArrayLike<number>;
    /** Default: one more than the highest label. */
    numClasses?: number;
    /** scikit-learn's `C` of the heads. Default: the best of some on a fifth of the source that is set apart. */
    strength?: number;
    /** Default 0. */
    seed?: number;
  };

/** What every candidate learns from. */
export type Lesson = Required<Pick<AdaptOptions, "source" | "target" | "labels" | "seed">> &
  AlgebraOptions &
  MemoryOptions & { readonly numClasses: number; readonly strength: number };

/** The same, and what every candidate is judged by. */
export type JudgedLesson = Lesson & { readonly clusters: Clusters };

/** The strengths that are tried, in samples: of as many samples in all, so that a larger source is held less. */
const STRENGTHS = [1e-3, 1e-2, 1e-1, 1];

/** What counts as no slope, over what a sample counts: finer ones change the class of three rows in a thousand. */
const TOLERANCE = 1e-2;

/** How heads of this strength are fitted. */
export const heldBy = (strength: number) => ({ strength, tolerance: TOLERANCE * strength });

/** Checked, with what was not given chosen. Throws as `checkDomains` does, and `dataset-invalid` for labels that don't fit. */
export function lessonOf(options: AdaptOptions): JudgedLesson {
  checkDomains(options);
  const { source, labels, seed = 0 } = options;
  if (labels.length !== source.rows) {
    throw new GraftError(
      "dataset-invalid",
      `The source has ${source.rows} rows and ${labels.length} labels. Give one a row.`,
      { details: { rows: source.rows, labels: labels.length } },
    );
  }
  const known = new Set(Array.from(labels));
  const { numClasses = Math.max(...known) + 1 } = options;
  if (known.size < 2) {
    throw new GraftError(
      "dataset-invalid",
      "The source has samples of one class alone, so there is nothing to tell apart. Give two classes at least.",
    );
  }
  const clusters = clustersOf({ ...options, numClasses });
  const lesson = { ...options, numClasses, seed, strength: 1, clusters };
  return { ...lesson, strength: options.strength ?? bestStrength(lesson) };
}

/** A head on rows of the source as they are given, each counting as its weight says. */
export function fitHead(
  { numClasses, strength }: Pick<Lesson, "numClasses" | "strength">,
  rows: { source: Matrix; labels: ArrayLike<number>; sampleWeight?: ArrayLike<number> },
): LogisticHead {
  const { source, ...rest } = rows;
  const features = featuresOf(source);
  return fitLogisticHead({ features, numClasses, ...heldBy(strength), ...rest });
}

/** The strength with which a head on four fifths of the source tells most of the rest; of equals, the least. */
function bestStrength(lesson: Lesson): number {
  const { source, labels, seed } = lesson;
  const order = permutation(seed, 0, source.rows);
  const held = Math.max(1, Math.floor(source.rows / 5));
  const [judged, learned] = [order.subarray(0, held), order.subarray(held)];
  const rows = scaledBy(source, scalingOf(source, { floor: Number.POSITIVE_INFINITY }));
  const labelsOf = (at: Uint32Array) => Array.from(at, (row) => labels[row]!);
  const taught = { source: takeRows(rows, learned), labels: labelsOf(learned) };
  const [others, truth] = [takeRows(rows, judged), labelsOf(judged)];
  let best = { strength: STRENGTHS[0]!, right: -1 };
  for (const strength of STRENGTHS) {
    const told = classesOf(others, fitHead({ ...lesson, strength }, taught));
    const right = truth.filter((label, row) => label === told[row]).length;
    if (right > best.right) best = { strength, right };
  }
  return best.strength;
}
