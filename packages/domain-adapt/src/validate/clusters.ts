import type { Matrix } from "@graft-ml/core/linalg";
import { scaledBy, scalingOf } from "../linalg/scaling.js";
import { nearestRows, neighbourInformation } from "./neighbour-information.js";

/** How a target lies, and how much of that classes may be: the same for every model that is compared. */
export type Clusters = {
  /** The five nearest of each of the target's rows, by z-scores. */
  readonly neighbours: Uint32Array;
  /** The score beyond which nothing is better. */
  readonly most: number;
  readonly numClasses: number;
};

/** How much better than true classes those of a head may follow clusters: it is smoother than they are. */
const SMOOTHNESS = 2;

/**
 * The target's clusters (M, D), and how well the source's true classes (N) follow those of the source (N, D).
 * Where even a head on the source alone does twice as well as these, clusters are not about the classes (as
 * those of texts are about topics rather than opinions), and nothing is better for more of it.
 */
export function clustersOf(domains: {
  source: Matrix;
  target: Matrix;
  labels: ArrayLike<number>;
  numClasses: number;
}): Clusters {
  const { source, target, labels: predicted, numClasses } = domains;
  const truth = neighbourInformation({ predicted, neighbours: neighboursOf(source), numClasses });
  return { neighbours: neighboursOf(target), most: SMOOTHNESS * truth, numClasses };
}

const neighboursOf = (rows: Matrix): Uint32Array =>
  nearestRows(scaledBy(rows, scalingOf(rows, { floor: 0.1 })));

/** `neighbourInformation` of the target's classes (M), each row counting so many `times` (default once), up to what tells anything. */
export const clusterScore = (
  predicted: ArrayLike<number>,
  { most, ...clusters }: Clusters & { readonly times?: ArrayLike<number> },
): number => Math.min(most, neighbourInformation({ predicted, ...clusters }));
