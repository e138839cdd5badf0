import type { Source } from "../data/batch.js";
import { weightsOf } from "../features/feature-cache.js";
import { featureSource } from "../features/feature-source.js";
import type { FeatureTable } from "../features/feature-store.js";
import { laterTables, sampleTables, type Tables } from "../features/frozen-features.js";
import {
  measure,
  standardize,
  standardized,
  takesStandard,
  unstandardize,
} from "../features/standardize.js";
import type { Model } from "../models/model.js";
import { stageAfter } from "../models/run-stages.js";
import type { FloatWeights } from "../weights/host-tensor.js";
import { frozenIn, type Grafted } from "./learners.js";
import type { FineTuneContext, FineTuneEvents } from "./options.js";
import type { PhaseInput } from "./phase.js";
import type { PhasePlan } from "./plan.js";
import { taskProgram } from "./task.js";

/** A phase that is ready to be trained. */
export type ReadyPhase = {
  readonly input: PhaseInput;
  /** What it learned, as the network takes it. */
  plain(learned: FloatWeights): FloatWeights;
};

/** Features of the deepest cut, for all phases; undefined where the samples themselves run through. */
export async function* deepestTables(
  context: FineTuneContext,
  weights: FloatWeights,
): FineTuneEvents<Tables | undefined> {
  const { phases, views } = context.plan;
  const deepest = phases.at(-1)?.cut;
  if (deepest === undefined || typeof views === "string") return undefined;
  return yield* sampleTables(context, deepest, weights);
}

/** What a phase learns from: the head always from features, the rest where they are cached. */
export async function* readyPhase(
  context: FineTuneContext,
  phase: PhasePlan,
  current: Grafted,
  tables: Tables | undefined,
): FineTuneEvents<ReadyPhase> {
  const { cut } = phase;
  const uncached = phase.name !== "head" || context.plan.views === "none";
  if (cut === undefined || (tables === undefined && uncached)) {
    return onSamples(context, phase, current);
  }
  const here = tables
    ? yield* laterTables(context, cut, current.weights, tables)
    : yield* sampleTables(context, cut, current.weights);
  return onFeatures(context, phase, current, here);
}

/** The stages after the cut on features of the cut; a linear head on standardised ones. */
async function onFeatures(
  context: FineTuneContext,
  phase: PhasePlan,
  { model, weights }: Grafted,
  { stage, train, validation }: Tables,
): Promise<ReadyPhase> {
  const { task, keepHead } = context.options;
  const from = stageAfter(model, stage)!;
  // A new head is as good on standardised features; one that has learned is moved there.
  const isNew = phase.name === "head" && !keepHead;
  const standard = isHead(model, from, train) ? await measure(train) : undefined;
  const source = (table: FeatureTable): Source =>
    standard ? standardized(featureSource(table), standard) : featureSource(table);
  const own = weightsOf(model, weights, { from });
  return {
    input: {
      phase,
      context,
      model,
      weights: standard && !isNew ? standardize(model, own, standard) : own,
      isFrozen: frozenIn(context, phase, model),
      program: taskProgram({ task, model, from }),
      train: source(train),
      validation: validation && source(validation),
    },
    plain: (learned) => (standard ? unstandardize(model, learned, standard) : learned),
  };
}

const isHead = (model: Model, from: string, { shape }: FeatureTable): boolean =>
  from === model.stages.at(-1)!.name && takesStandard(model, shape);

/** From the samples, with what lies before the cut frozen. */
function onSamples(
  context: FineTuneContext,
  phase: PhasePlan,
  { model, weights }: Grafted,
): ReadyPhase {
  const { task, train, validation } = context.options;
  return {
    input: {
      phase,
      context,
      model,
      weights,
      isFrozen: frozenIn(context, phase, model),
      program: taskProgram({ task, model }),
      train,
      validation,
    },
    plain: (learned) => learned,
  };
}
