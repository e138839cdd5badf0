import { GraftError } from "../errors.js";
import { memoryFeatureStore } from "../features/feature-store.js";
import { initWeights } from "../models/init-weights.js";
import { mergeLora } from "../models/lora-merge.js";
import { type Resulting, resulting } from "../train/resulting.js";
import { isUnder } from "../tree.js";
import type { FloatWeights } from "../weights/host-tensor.js";
import { fitFewShot } from "./few-shot.js";
import { type Grafted, withLearners } from "./learners.js";
import type {
  FineTuneContext,
  FineTuned,
  FineTuneEvent,
  FineTuneEvents,
  FineTuneOptions,
} from "./options.js";
import { trainPhase } from "./phase.js";
import { deepestTables, readyPhase } from "./phase-input.js";
import { type PhasePlan, planFineTune } from "./plan.js";

/** Events to read to the end; then `result()` gives what was trained. */
export type FineTuning = Resulting<FineTuneEvent, FineTuned>;

/**
 * Grafts a new head onto a pretrained network and trains it, and then the stages that its strategy
 * unfreezes. What is frozen runs once: its features are cached, so that epochs cost no more than the
 * part that learns. The same options give the same bytes. Throws what `train` and `cacheFeatures` throw.
 */
export const fineTune = (options: FineTuneOptions): FineTuning =>
  resulting("training", () => run(options));

async function* run(options: FineTuneOptions): FineTuneEvents<FineTuned> {
  const plan = planFineTune(options);
  const context = { options, plan, store: options.store ?? memoryFeatureStore() };
  const { model } = options;
  const start = startWeights(context);
  if (plan.strategy === "few-shot") return yield* fitFewShot(context, start);
  const tables = yield* deepestTables(context, start);
  const phases = phasesLeft(context);
  let current: Grafted = { model, weights: start };
  for (const phase of phases) {
    if (phase.name !== "head") current = withLearners(context, current);
    const { input, plain } = yield* readyPhase(context, phase, current, tables);
    const learned = plain(yield* trainPhase(input));
    current = { ...current, weights: { ...current.weights, ...learned } };
  }
  const settled = settle(context, current);
  if (settled.model === model) return settled;
  return { model, weights: mergeLora(settled.model, settled.weights).weights, adapted: settled };
}

/** What the task makes of the weights in the end. */
function settle({ options }: FineTuneContext, { model, weights }: Grafted): Grafted {
  return { model, weights: options.task.settle?.(model, weights) ?? weights };
}

/** From the checkpoint's phase on: it holds all that was learned before. Throws `config-invalid`. */
function phasesLeft({ options, plan }: FineTuneContext): readonly PhasePlan[] {
  const { resume } = options;
  if (!resume) return plan.phases;
  const index = plan.phases.findIndex(({ name }) => name === resume.phase);
  if (index >= 0) return plan.phases.slice(index);
  const names = plan.phases.map(({ name }) => name).join(", ");
  throw new GraftError(
    "config-invalid",
    `The checkpoint was saved in the phase "${resume.phase}", and these options have the phases ${names}. Go on with the options of its run.`,
    { details: { phase: resume.phase } },
  );
}

/** The checkpoint's weights and a new head; all new from scratch. Throws `weight-missing`. */
export function startWeights({ options, plan }: FineTuneContext): FloatWeights {
  const { model, weights = {}, keepHead = false } = options;
  const isNew = (name: string): boolean =>
    plan.strategy === "scratch" || (!keepHead && isUnder(name, model.classifier));
  const fresh = initWeights(model, { seed: plan.seed, only: isNew });
  const names = Object.keys(model.specs);
  const all = names.map((name) => [name, fresh[name] ?? weights[name]] as const);
  const lost = all.find(([, weight]) => weight === undefined)?.[0];
  if (lost !== undefined) {
    throw new GraftError(
      "weight-missing",
      `The weights of "${model.architecture}" lack "${lost}". Check that they belong to this architecture.`,
      { details: { architecture: model.architecture, name: lost } },
    );
  }
  return Object.fromEntries(all) as FloatWeights;
}
