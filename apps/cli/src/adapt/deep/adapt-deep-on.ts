import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CacheEvent, FloatWeights } from "@graft-ml/core";
import { fileFeatureStore } from "@graft-ml/core/node";
import { adapt, chooseCandidate, clustersOf, SOURCE_ONLY } from "@graft-ml/domain-adapt";
import type { Acquired } from "@graft-ml/gpu-backend";
import { type Adaptation, type AdaptationEvent, requireGoingOn, shiftOf } from "../adaptation.js";
import { withHead } from "../frozen-backbone.js";
import { type Both, featuresOfBoth, type Lesson } from "../frozen-features.js";
import { principalPlane } from "../principal-plane.js";
import { type DeepMethod, deepSummaries } from "./deep-methods.js";
import { type DeepNetwork, openDeep } from "./deep-network.js";
import type { DeepPlan } from "./deep-plan.js";
import { type JudgedDeep, type TryEvent, tryDeep } from "./try-deep.js";

export type DeepEvent = AdaptationEvent | CacheEvent | TryEvent;

type DeepLesson = Lesson & {
  readonly methods: readonly DeepMethod[];
  readonly plan: DeepPlan;
};

/**
 * A network trained on the source alone and, from the same start, by each method; how far the domains are
 * apart before; and which of them is chosen, without labels of the target. The start is the backbone with the
 * head that fits the source best.
 */
export async function* adaptDeepOn(
  engine: Acquired,
  lesson: DeepLesson,
): AsyncGenerator<DeepEvent, Adaptation> {
  const before = yield* featuresOfBoth(engine, lesson);
  const shift = yield* shiftOf(before, lesson);
  const folder = await mkdtemp(join(tmpdir(), "graft-adapt-"));
  try {
    const weights = await startOf(before, lesson);
    const store = fileFeatureStore({ folder });
    const network = yield* openDeep(engine, { ...lesson, weights, store });
    const found = yield* tryAll(engine, lesson, { network, before });
    return { ...found, shift, training: lesson.plan };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The backbone under the head that "source only" has on frozen features. */
async function startOf(
  features: Both,
  { source, seed, backbone }: DeepLesson,
): Promise<FloatWeights> {
  const numClasses = source.classes.length;
  const fitting = adapt({ ...features, labels: source.labels, numClasses, seed, methods: [] });
  for await (const _ of fitting);
  return withHead(backbone, fitting.result().head);
}

async function* tryAll(
  engine: Acquired,
  lesson: DeepLesson,
  { network, before }: { network: DeepNetwork; before: Both },
): AsyncGenerator<DeepEvent, Omit<Adaptation, "shift">> {
  const { methods, source, seed, signal } = lesson;
  const { labels, classes } = source;
  const clusters = clustersOf({ ...before, labels, numClasses: classes.length });
  const skipped: { name: string; reason: string }[] = [];
  const judged: JudgedDeep[] = [];
  for (const name of [SOURCE_ONLY, ...methods] as const) {
    requireGoingOn(signal, `training ${name}`);
    const summary = name === SOURCE_ONLY ? "the source alone" : deepSummaries[name];
    yield { type: "candidate-start", name, summary };
    const alone = judged[0]?.weights;
    const one = yield* tryDeep(engine, { ...lesson, network, clusters, name, alone });
    if ("reason" in one) {
      skipped.push(one);
      yield { type: "candidate-skipped", ...one };
    } else {
      judged.push(one);
      yield { type: "candidate-end", ...one.row };
    }
  }
  const { best, why, rows } = chooseCandidate(judged, { clusters, seed });
  const { row, weights, plane } = judged[best]!;
  return {
    ...{ chosen: row.name, why, candidates: rows, skipped, weights },
    planes: { before: principalPlane(before), after: plane },
  };
}
