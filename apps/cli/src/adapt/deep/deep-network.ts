import {
  type CacheEvent,
  cacheFeatures,
  type Engine,
  type FeatureStore,
  type FloatWeights,
  featureProgram,
  featureSource,
  type Model,
  pickWeights,
  type Source,
  stageAfter,
  stagesOf,
  type Task,
  weightsOf,
} from "@graft-ml/core";
import type { Domain, LabelledDomain } from "../domain.js";
import type { FrozenBackbone } from "../frozen-backbone.js";
import type { DeepPlan } from "./deep-plan.js";
import { pictureNetwork } from "./picture-network.js";
import { textNetwork } from "./text-network.js";

/** Both domains as a network reads them. */
export type DomainSources = { readonly source: Source; readonly target: Source };

/** A whole network with what it learns from, and with samples as they are. */
export type OpenedNetwork = {
  readonly task: Task;
  /** As they are scored. */
  readonly plain: DomainSources;
  /** As they are learned from. */
  readonly learned: DomainSources;
};

/** What is trained by every method alike: all that comes after the cut. */
export type DeepNetwork = {
  /** The whole network, for scoring. */
  readonly whole: Model;
  /** All its weights before the training. */
  readonly start: FloatWeights;
  readonly wholeTask: Task;
  readonly plain: DomainSources;
  /** What is trained: of pictures the stages after the cut, on what the cut gives. */
  readonly model: Model;
  readonly task: Task;
  readonly learned: DomainSources;
  /** Frozen in `model`; undefined where `model` begins after the cut. */
  readonly cut: string | undefined;
};

type Opening = {
  readonly backbone: FrozenBackbone;
  /** With a head. */
  readonly weights: FloatWeights;
  readonly source: LabelledDomain;
  readonly target: Domain;
  readonly plan: DeepPlan;
  readonly seed: number;
  /** Of features, while the training lasts. */
  readonly store: FeatureStore;
  readonly signal: AbortSignal;
};

/**
 * Pictures run through what is frozen once, and epochs cost what learns alone. What a frozen layer gives of a
 * text, a vector a word, would take more room than it is worth.
 */
export async function* openDeep(
  engine: Engine,
  opening: Opening,
): AsyncGenerator<CacheEvent, DeepNetwork> {
  const { backbone, weights, plan } = opening;
  const { model, input } = backbone;
  const domains = { ...opening, ...plan };
  if (input.modality === "texts") {
    const { task, plain, learned } = textNetwork(input, domains);
    return {
      ...{ whole: model, start: weights, wholeTask: task, plain },
      ...{ model, task, learned, cut: plan.cut },
    };
  }
  const opened = pictureNetwork(input, domains);
  return {
    ...{ whole: model, start: weights, wholeTask: opened.task, plain: opened.plain },
    ...{ model: tailOf(model, plan.cut), task: onFeatures(opened.task), cut: undefined },
    learned: {
      source: yield* cached(engine, opening, opened, "source"),
      target: yield* cached(engine, opening, opened, "target"),
    },
  };
}

async function* cached(
  engine: Engine,
  { backbone: { model }, weights, plan, store, signal }: Opening,
  { task, learned }: OpenedNetwork,
  of: keyof DomainSources,
): AsyncGenerator<CacheEvent, Source> {
  const { cut: to, views } = plan;
  const table = yield* cacheFeatures({
    engine,
    program: featureProgram({ model, task, to }),
    weights: weightsOf(model, weights, { to }),
    source: learned[of],
    reads: task,
    views,
    store,
    batchSize: Math.min(32, learned[of].size),
    signal,
  });
  return featureSource(table);
}

/** The stages after a cut as a model of their own, which reads what the cut gives. */
function tailOf(model: Model, cut: string): Model {
  const from = stageAfter(model, cut)!;
  const own = weightsOf(model, model.specs as never, { from });
  return {
    ...model,
    config: { ...model.config, after: cut },
    specs: pickWeights(model.specs, (name) => name in own),
    stages: stagesOf(model, { from }),
  };
}

const onFeatures = (task: Task): Task => ({
  ...task,
  key: `${task.key}/tail`,
  inputs: ["features"],
  enter: ({ features }) => features!,
});
