import {
  type CandidateRow,
  type Clusters,
  circularScore,
  clusterScore,
  informationScore,
  type Matrix,
  neighbourhoodDensityScore,
  nuclearNormScore,
  scaledBy,
  scalingOf,
  takeRows,
} from "@graft-ml/domain-adapt";
import type { LabelledDomain } from "../domain.js";
import type { NetworkOutputs } from "./network-outputs.js";
import { probabilitiesOf, topOf } from "./probabilities.js";

/** What a trained network gives of both domains. */
export type DomainOutputs = { readonly source: NetworkOutputs; readonly target: NetworkOutputs };

/** Rows of the target whose density is looked at. */
const DENSITY = 2000;

/** The scores of a trained network, without labels of the target; higher is better. */
export function scoreNetwork(
  { source, target }: DomainOutputs,
  { labels, clusters }: Pick<LabelledDomain, "labels"> & { readonly clusters: Clusters },
): CandidateRow["scores"] {
  const probabilities = probabilitiesOf(target.logits);
  const predicted = topOf(target.logits);
  // One measure for all features, as "source only" has it on frozen ones.
  const scaling = scalingOf(source.features, { floor: Number.POSITIVE_INFINITY });
  return {
    information: informationScore(probabilities),
    "nuclear norm": nuclearNormScore(probabilities),
    density: neighbourhoodDensityScore(evenly(probabilities, DENSITY)),
    neighbours: clusterScore(predicted, clusters),
    circular: circularScore({
      target: { features: scaledBy(target.features, scaling), predicted },
      source: { features: scaledBy(source.features, scaling), labels },
      numClasses: clusters.numClasses,
    }),
  };
}

/** So many rows at most, that lie evenly among all. */
function evenly(rows: Matrix, most: number): Matrix {
  if (rows.rows <= most) return rows;
  const places = Array.from({ length: most }, (_, at) => Math.floor((at * rows.rows) / most));
  return takeRows(rows, places);
}
