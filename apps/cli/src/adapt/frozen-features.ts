import type { Engine } from "@graft-ml/core";
import type { Matrix } from "@graft-ml/domain-adapt";
import type { Domain, LabelledDomain } from "./domain.js";
import { type FeaturesProgress, openFeatures } from "./domain-features.js";
import type { FrozenBackbone } from "./frozen-backbone.js";

/** Features of both domains, by the same network. */
export type Both = { readonly source: Matrix; readonly target: Matrix };

/** Two domains, and the network that reads them. */
export type Lesson = {
  readonly backbone: FrozenBackbone;
  readonly source: LabelledDomain;
  readonly target: Domain;
  readonly seed: number;
  readonly batchSize: number;
  readonly signal: AbortSignal;
};

/** What the backbone gives of both domains as it is, pooled. */
export async function* featuresOfBoth(
  engine: Engine,
  { backbone, source, target, batchSize, signal }: Lesson,
): AsyncGenerator<FeaturesProgress, Both> {
  const reader = await openFeatures(engine, backbone);
  try {
    const asked = { batchSize, signal };
    return {
      source: yield* reader.features({ of: "source", ...source, ...asked }),
      target: yield* reader.features({ of: "target", ...target, ...asked }),
    };
  } finally {
    await reader.close();
  }
}
