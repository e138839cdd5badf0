import {
  type Matrix,
  nearestRows,
  neighbourInformation,
  scaledBy,
  scalingOf,
} from "@graft-ml/domain-adapt";
import type { LabelledDomain } from "../domain.js";
import type { Both } from "../frozen-features.js";

/** The target's clusters as the backbone sees them before any training: the same for every network. */
export type Clusters = {
  /** The five nearest of each of the target's samples. */
  readonly neighbours: Uint32Array;
  /** How well the source's true classes follow the source's clusters: what is smoother is no better for it. */
  readonly most: number;
  readonly numClasses: number;
};

export function clustersOf(
  { source, target }: Both,
  { labels, classes }: Pick<LabelledDomain, "labels" | "classes">,
): Clusters {
  const numClasses = classes.length;
  const most = neighbourInformation({
    predicted: labels,
    neighbours: neighboursOf(source),
    numClasses,
  });
  return { neighbours: neighboursOf(target), most, numClasses };
}

const neighboursOf = (rows: Matrix): Uint32Array =>
  nearestRows(scaledBy(rows, scalingOf(rows, { floor: 0.1 })));

/** How well classes (N) of the target follow its clusters, each row counting so many `times` (default once). */
export const clusterScore = (
  predicted: ArrayLike<number>,
  { most, ...clusters }: Clusters & { readonly times?: ArrayLike<number> },
): number => Math.min(most, neighbourInformation({ predicted, ...clusters }));
