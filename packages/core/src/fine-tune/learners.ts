import { biasOnly, freezeTo, normOnly, type WeightChoice } from "../models/freeze.js";
import { initWeights } from "../models/init-weights.js";
import { addLora, isLoraWeight } from "../models/lora.js";
import { loraOnly } from "../models/lora-train.js";
import type { Model } from "../models/model.js";
import { stageAfter } from "../models/run-stages.js";
import type { FloatWeights } from "../weights/host-tensor.js";
import type { FineTuneContext, Learners } from "./options.js";
import type { PhasePlan } from "./plan.js";

/** A network in the making: the options' model, with adapters where they learn. */
export type Grafted = { readonly model: Model; readonly weights: FloatWeights };

/** Adapters beside the layers after the deepest cut, where adapters are to learn; they stay from phase to phase. */
export function withLearners({ options, plan }: FineTuneContext, current: Grafted): Grafted {
  const { learners = "all" } = options;
  if (typeof learners === "string" || current.model !== options.model) return current;
  const deepest = plan.phases.at(-1)!.cut;
  const from = deepest === undefined ? undefined : stageAfter(options.model, deepest);
  const model = addLora(options.model, { ...learners, ...(from === undefined ? {} : { from }) });
  const adapters = initWeights(model, { seed: plan.seed, only: isLoraWeight });
  return { model, weights: { ...current.weights, ...adapters } };
}

/** The weights that a phase leaves as they are. */
export function frozenIn(
  { options, plan }: FineTuneContext,
  { name, cut }: PhasePlan,
  model: Model,
): WeightChoice {
  const before: WeightChoice = cut === undefined ? () => false : freezeTo(model, cut);
  if (name === "head" || plan.strategy === "scratch") return before;
  const others = otherThan(options.learners ?? "all", model);
  return (weight) => before(weight) || others(weight);
}

function otherThan(learners: Learners, model: Model): WeightChoice {
  if (learners === "all") return () => false;
  if (learners === "biases") return biasOnly(model);
  if (learners === "norms") return normOnly(model);
  return loraOnly(model);
}
