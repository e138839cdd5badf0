import {
  balancedClassWeights,
  balancedSampler,
  type Engine,
  type PhaseOptions,
} from "@graft-ml/core";
import type { TrainClassifierOptions } from "@graft-ml/vision";
import type { Prepared } from "./prepare.js";
import type { TrainOptions } from "./train-options.js";

/** The command's options as vision's trainer takes them. */
export function classifierOptions(
  options: TrainOptions,
  { source, model, dataset, pictures }: Prepared,
  engine: Engine,
): TrainClassifierOptions {
  const { strategy, cut, views, batchSize, accumulate, seed } = options;
  const labels = dataset.train.map(({ label }) => label);
  return {
    engine,
    model,
    weights: source.weights,
    preprocess: source.preprocess,
    train: pictures(dataset.train, views === 1 ? "plain" : "augmented"),
    ...(dataset.validation.length > 0 ? { validation: pictures(dataset.validation, "plain") } : {}),
    strategy,
    ...(cut === null ? {} : { cut }),
    views,
    batchSize,
    accumulate,
    ...phases(options),
    ...craft(options),
    ...balancing(options, labels, model.numClasses),
    seed,
  };
}

/** What a person asked for on top of the strategy. */
function craft(options: TrainOptions) {
  const { learners, rank, decayToStart, clipNorm, ema, patience, mixup, cutmix } = options;
  const mix = { ...(mixup === null ? {} : { mixup }), ...(cutmix === null ? {} : { cutmix }) };
  return {
    learners: learners === "adapters" ? { rank } : learners,
    decayToStart,
    ...(clipNorm === null ? {} : { clipNorm }),
    ...(ema === null ? {} : { ema: { decay: ema } }),
    ...(patience === null ? {} : { earlyStopping: { ...accuracy, patience } }),
    ...(mixup === null && cutmix === null ? {} : { mix }),
  };
}

const accuracy = { metric: "accuracy", mode: "max" } as const;

/** Rare classes count as much as common ones, by their weight in the loss or by how often they are drawn. */
function balancing(
  { balance, labelSmoothing, seed }: TrainOptions,
  labels: readonly number[],
  numClasses: number,
) {
  const classWeight = balance === "weights" ? balancedClassWeights(labels, numClasses) : undefined;
  return {
    loss: { labelSmoothing, ...(classWeight ? { classWeight } : {}) },
    ...(balance === "sampling" ? { sampler: balancedSampler(labels, { seed }) } : {}),
  };
}

/** `epochs` and `lr` are those of the last phase. */
function phases(options: TrainOptions): { head?: PhaseOptions; tail?: PhaseOptions } {
  const { strategy, epochs, lr, headEpochs, headLr, weightDecay, layerDecay } = options;
  const { schedule, warmup } = options;
  const common = { weightDecay, schedule, ...(warmup === null ? {} : { warmup }) };
  const last = { ...common, epochs, rate: lr };
  if (strategy === "probe") return { head: last };
  const tail = { ...last, layerDecay };
  if (strategy === "scratch") return { tail };
  return { head: { ...common, epochs: headEpochs, rate: headLr }, tail };
}
