import type { Engine, FloatWeights, TrainEvent } from "@graft-ml/core";
import { type Adaptation, adaptDeep, SOURCE_ONLY } from "@graft-ml/domain-adapt";
import { scalar } from "@tensorflow/tfjs-core";
import type { DeepMethod } from "./deep-methods.js";
import type { DeepNetwork, DomainSources } from "./deep-network.js";
import type { DeepPlan } from "./deep-plan.js";

/** An event of the training of one candidate. */
export type DeepTrainEvent = TrainEvent & { readonly candidate: string };

export type DeepTraining = {
  readonly network: DeepNetwork;
  readonly plan: DeepPlan;
  readonly seed: number;
  readonly signal: AbortSignal;
};

/** The same program with nothing to draw the domains together. */
const nothing: Adaptation = {
  name: SOURCE_ONLY,
  config: null,
  weight: 0,
  specs: {},
  penalty: () => scalar(0),
};

/** Methods that are one training with a penalty. */
type PenaltyMethod = Exclude<DeepMethod, "deep-self-training" | "adabn">;

/** What one candidate's training has of its own. */
type OneTraining = {
  readonly candidate: string;
  /** Undefined: the source alone. */
  readonly method?: PenaltyMethod;
  /** Where it starts. Default: as all do. */
  readonly weights?: FloatWeights;
  /** Default: all samples. */
  readonly learned?: DomainSources;
  readonly epochs?: number;
};

/** The running mean spans about a tenth of the steps, and a hundred at most: what it began with is forgotten in a short training, too. */
const decayOver = (steps: number): number => Math.min(0.99, Math.max(0, 1 - 10 / steps));

/** Trains what comes after the cut; the generator returns all weights of the whole network. */
export async function* trainDeep(
  engine: Engine,
  { network, plan, seed, signal }: DeepTraining,
  { candidate, method, weights, learned = network.learned, epochs = plan.epochs }: OneTraining,
): AsyncGenerator<DeepTrainEvent, FloatWeights> {
  const { model, task, start, cut } = network;
  const from = weights ?? start;
  const { rate } = plan;
  const batchSize = Math.min(plan.batchSize, learned.source.size, learned.target.size);
  const steps = epochs * Math.ceil(learned.source.size / batchSize);
  const training = adaptDeep({
    engine,
    model,
    weights: from,
    task,
    ...learned,
    method: method ?? nothing,
    teacher: { decay: decayOver(steps) },
    epochs,
    rate,
    batchSize,
    seed,
    signal,
    ...(cut === undefined ? {} : { cut }),
  });
  for await (const event of training) yield { ...event, candidate };
  return { ...from, ...training.result().weights };
}
