import type { Engine, PhaseOptions } from "@graft-ml/core";
import type { TrainClassifierOptions } from "@graft-ml/vision";
import type { Prepared } from "./prepare.js";
import type { TrainOptions } from "./train-options.js";

/** The command's options as vision's trainer takes them. */
export function classifierOptions(
  options: TrainOptions,
  { source, model, dataset, pictures }: Prepared,
  engine: Engine,
): TrainClassifierOptions {
  const { strategy, cut, views, batchSize, seed, labelSmoothing } = options;
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
    ...phases(options),
    loss: { labelSmoothing },
    seed,
  };
}

/** `epochs` and `lr` are those of the last phase. */
function phases(options: TrainOptions): { head?: PhaseOptions; tail?: PhaseOptions } {
  const { strategy, epochs, lr, headEpochs, headLr, weightDecay } = options;
  const last = { epochs, rate: lr, weightDecay };
  if (strategy === "probe") return { head: last };
  if (strategy === "scratch") return { tail: last };
  return { head: { epochs: headEpochs, rate: headLr, weightDecay }, tail: last };
}
