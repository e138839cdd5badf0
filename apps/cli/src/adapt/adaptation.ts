import { type FloatWeights, GraftError } from "@graft-ml/core";
import {
  type AutopilotEvent,
  adapt,
  type CandidateRow,
  engineAlgebra,
  measureShift,
  type ShiftMeasures,
} from "@graft-ml/domain-adapt";
import type { Acquired } from "@graft-ml/gpu-backend";
import type { DeepPlan } from "./deep/deep-plan.js";
import type { FeaturesProgress } from "./domain-features.js";
import { withHead } from "./frozen-backbone.js";
import { type Both, featuresOfBoth, type Lesson } from "./frozen-features.js";
import { type Plane, principalPlane } from "./principal-plane.js";

export type Skipped = { readonly name: string; readonly reason: string };

/** What was found, and all that was measured on the way. */
export type Adaptation = {
  readonly chosen: string;
  /** In a sentence. */
  readonly why: string;
  readonly candidates: readonly CandidateRow[];
  readonly skipped: readonly Skipped[];
  readonly shift: ShiftMeasures;
  /** Of the whole adapted network. */
  readonly weights: FloatWeights;
  /** Both domains as the backbone sees them, and as what was chosen does where it was trained. */
  readonly planes: { readonly before: Plane; readonly after?: Plane };
  /** How the network was trained, where it was. */
  readonly training?: DeepPlan;
};

type ShiftEvent = { readonly type: "shift" } & Omit<ShiftMeasures, "drift">;

/** What is told of candidates, however they come about. */
type CandidateEvent = Exclude<AutopilotEvent, { type: "adapt-end" }>;

export type AdaptationEvent = FeaturesProgress | CandidateEvent | ShiftEvent;

/** Features of both domains, how far they are apart, and the head that is chosen of those by `methods` (default all). */
export async function* adaptOn(
  engine: Acquired,
  lesson: Lesson & { readonly methods: readonly string[] | undefined },
): AsyncGenerator<AdaptationEvent, Adaptation> {
  const { backbone, source, target, seed, signal } = lesson;
  const features = yield* featuresOfBoth(engine, lesson);
  const shift = yield* shiftOf(features, lesson);
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
  const { chosen, why, candidates, head } = adapting.result();
  return {
    ...{ chosen, why, candidates, shift },
    skipped: skipped.map(({ name, reason }) => ({ name, reason })),
    weights: withHead(backbone, head),
    planes: { before: principalPlane(features) },
  };
}

/** How far the features of two domains are apart. */
export function* shiftOf(
  features: Both,
  { seed, signal }: Pick<Lesson, "seed" | "signal">,
): Generator<ShiftEvent, ShiftMeasures> {
  requireGoingOn(signal, "measuring the shift");
  const shift = measureShift({ ...features, seed });
  const { drift: _, ...told } = shift;
  yield { type: "shift", ...told };
  return shift;
}

/** Methods run to their end: between them it can be stopped. */
export function requireGoingOn({ aborted }: AbortSignal, before: string): void {
  if (aborted) throw new GraftError("aborted", `Stopped before ${before}. Nothing was written.`);
}
