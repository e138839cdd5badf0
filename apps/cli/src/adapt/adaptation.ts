import { GraftError } from "@graft-ml/core";
import {
  type Autopilot,
  type AutopilotEvent,
  adapt,
  engineAlgebra,
  type Matrix,
  measureShift,
  type ShiftMeasures,
} from "@graft-ml/domain-adapt";
import type { Acquired } from "@graft-ml/gpu-backend";
import type { Domain, LabelledDomain } from "./domain.js";
import type { FeaturesProgress } from "./domain-features.js";
import { openFeatures } from "./domain-features.js";
import type { FrozenBackbone } from "./frozen-backbone.js";

export type Skipped = { readonly name: string; readonly reason: string };

/** What was found, and all that was measured on the way. */
export type Adaptation = Autopilot & {
  readonly skipped: readonly Skipped[];
  readonly shift: ShiftMeasures;
};

export type AdaptationEvent =
  | FeaturesProgress
  | Exclude<AutopilotEvent, { type: "adapt-end" }>
  | ({ readonly type: "shift" } & Omit<ShiftMeasures, "drift">);

type Lesson = {
  readonly backbone: FrozenBackbone;
  readonly source: LabelledDomain;
  readonly target: Domain;
  /** Undefined: all. */
  readonly methods: readonly string[] | undefined;
  readonly seed: number;
  readonly batchSize: number;
  readonly signal: AbortSignal;
};

/** Features of both domains, how far they are apart, and the head that is chosen. */
export async function* adaptOn(
  engine: Acquired,
  lesson: Lesson,
): AsyncGenerator<AdaptationEvent, Adaptation> {
  const { source, target, seed, signal } = lesson;
  const features = yield* featuresOfBoth(engine, lesson);
  requireGoingOn(signal, "measuring the shift");
  const shift = measureShift({ ...features, seed });
  const { drift: _, ...told } = shift;
  yield { type: "shift", ...told };
  const adapting = adapt({
    ...features,
    labels: source.labels,
    numClasses: source.classes.length,
    seed,
    algebra: engineAlgebra(engine),
    ...(target.labels ? { targetLabels: target.labels } : {}),
    ...(lesson.methods ? { methods: lesson.methods } : {}),
  });
  const skipped: Skipped[] = [];
  for await (const event of adapting) {
    if (event.type === "adapt-end") continue;
    if (event.type === "candidate-start") requireGoingOn(signal, `trying ${event.name}`);
    if (event.type === "candidate-skipped") skipped.push(event);
    yield event;
  }
  return {
    ...adapting.result(),
    skipped: skipped.map(({ name, reason }) => ({ name, reason })),
    shift,
  };
}

async function* featuresOfBoth(
  engine: Acquired,
  { backbone, source, target, batchSize, signal }: Lesson,
): AsyncGenerator<FeaturesProgress, { source: Matrix; target: Matrix }> {
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

/** Methods run to their end: between them it can be stopped. */
function requireGoingOn({ aborted }: AbortSignal, before: string): void {
  if (aborted) throw new GraftError("aborted", `Stopped before ${before}. Nothing was written.`);
}
