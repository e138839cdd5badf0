import { type Clusters, GraftError, groupedSplit, stratifiedSplit } from "@graft-ml/core";
import type { ClassOfSamples, SampleId } from "../studio.js";

export type LabelledId = { readonly id: SampleId; readonly label: number };

/** Share of each class that judges and is not learned from. */
const APART = 0.2;

/** What is learned from and what judges: the same share of each class, copies never on both sides. */
export function splitIds(
  classes: readonly ClassOfSamples[],
  clusters: Clusters,
  seed: number,
): { train: readonly LabelledId[]; validation: readonly LabelledId[] } {
  const all = classes.flatMap(({ ids }, label) => ids.map((id) => ({ id, label })));
  const labels = all.map(({ label }) => label);
  const groups = all.map((_, at) => String(clusters.of(at)));
  const isAlone = new Set(groups).size === groups.length;
  const split = isAlone
    ? stratifiedSplit(labels, { validation: APART, seed })
    : groupedSplit(groups, { validation: APART, seed, labels });
  const [train, validation] = [split.train, split.validation].map((places) =>
    places.map((place) => all[place]!),
  ) as [LabelledId[], LabelledId[]];
  const lost = classes.find((_, label) => !train.some((sample) => sample.label === label));
  if (lost !== undefined) {
    throw new GraftError(
      "dataset-invalid",
      `All samples of "${lost.name}" are copies of each other or of others, so that none is left to learn from. Add to it.`,
      { details: { class: lost.name } },
    );
  }
  if (validation.length > 0) return { train, validation };
  throw new GraftError("dataset-invalid", "Nothing can be set apart to judge by. Add samples.");
}
