import { type Clusters, type Copies, copiesOf } from "@graft-ml/core";
import type { LabelledSample } from "../training/data.js";
import type { Medium } from "./medium.js";
import type { Held } from "./mediums.js";

/** Which of the samples are copies of each other, the most copied first; `held` is what is held of each. */
export async function copiesAmong(
  samples: readonly LabelledSample[],
  { medium, held }: { medium: Pick<Medium<Held>, "copies" | "content">; held: readonly Held[] },
): Promise<readonly Copies<LabelledSample>[]> {
  const clusters = await medium.copies(held);
  const contents = new Map<number, string>();
  for (const at of copied(clusters, samples.length)) {
    contents.set(at, await medium.content(held[at]!));
  }
  return copiesOf<LabelledSample>(
    samples.map((sample) => ({ ...sample, part: "train" as const })),
    {
      clusterOf: (at) => clusters.of(at),
      exactKey: (at) => contents.get(at) ?? "",
      answerOf: ({ label }) => String(label),
    },
  );
}

/** The places that are not alone in their cluster. */
function copied(clusters: Clusters, count: number): readonly number[] {
  const places = Array.from({ length: count }, (_, at) => at);
  const sizes = new Map<number, number>();
  for (const at of places) sizes.set(clusters.of(at), (sizes.get(clusters.of(at)) ?? 0) + 1);
  return places.filter((at) => sizes.get(clusters.of(at))! > 1);
}
