import { memoryFeatureStore } from "../features/feature-store.js";
import { type TrainableSummary, trainableSummary } from "../models/trainable-summary.js";
import { frozenIn, withLearners } from "./learners.js";
import type { FineTuneOptions } from "./options.js";
import { phaseGroups } from "./phase.js";
import { phaseOptimizer } from "./phase-optimizer.js";
import { type PhasePlan, planFineTune } from "./plan.js";

/** A phase as it is planned, with what it trains. */
export type PhaseSummary = PhasePlan & {
  /** Stage by stage; adapters count where they are. */
  readonly summary: TrainableSummary;
};

/**
 * What `fineTune` would train with these options, phase by phase, and what that takes: without reading a
 * sample or opening a session. Throws what `planFineTune` throws.
 */
export function phaseSummaries(options: FineTuneOptions): readonly PhaseSummary[] {
  const plan = planFineTune(options);
  const context = { options, plan, store: memoryFeatureStore() };
  const plain = { model: options.model, weights: {} };
  return plan.phases.map((phase) => {
    const { model } = phase.name === "head" ? plain : withLearners(context, plain);
    const groups = phaseGroups(model, phase, frozenIn(context, phase, model));
    const optimizer = phaseOptimizer(context, phase, phase.rate);
    return { ...phase, summary: trainableSummary(model, { groups, optimizer }) };
  });
}
