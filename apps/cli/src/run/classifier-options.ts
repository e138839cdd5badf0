import { type Engine, type FineTuneOptions, type PhaseOptions, phasesOf } from "@graft-ml/core";
import { textRate } from "@graft-ml/nlp";
import { kinds } from "../task/kinds.js";
import { metrics } from "../task/metrics.js";
import type { Prepared } from "./prepare.js";
import type { TrainOptions } from "./train-options.js";

/** The command's options as core's trainer takes them. */
export function classifierOptions(
  options: TrainOptions,
  { source, model, dataset, sourceOf }: Prepared,
  engine: Engine,
): FineTuneOptions {
  const { task, strategy, cut, views, batchSize, accumulate, seed } = options;
  const { input, weights } = source;
  const kind = kinds[task];
  const train = sourceOf(dataset.train, views === 1 ? "plain" : "augmented");
  const validation =
    dataset.validation.length > 0 ? sourceOf(dataset.validation, "plain") : undefined;
  return {
    engine,
    model,
    weights,
    keepHead: options.warmStart !== null || kind.keepsHead === true,
    ...kind.learning(options, { dataset, input, train, validation }),
    train,
    ...(validation ? { validation } : {}),
    strategy,
    shotsHead: options.shotsHead,
    views,
    ...kind.usual,
    ...(cut === null ? {} : { cut }),
    batchSize,
    accumulate,
    ...phasesOf(options, usualRate(options, source)),
    ...craft(options),
    seed,
  };
}

/** What a person asked for on top of the strategy. */
function craft(options: TrainOptions) {
  const { task, learners, rank, decayToStart, clipNorm, ema, patience, mixup, cutmix } = options;
  const mix = { ...(mixup === null ? {} : { mixup }), ...(cutmix === null ? {} : { cutmix }) };
  return {
    learners: learners === "adapters" ? { rank } : learners,
    decayToStart,
    ...(clipNorm === null ? {} : { clipNorm }),
    ...(ema === null ? {} : { ema: { decay: ema } }),
    ...(patience === null ? {} : { earlyStopping: { ...watched(task), patience } }),
    ...(mixup === null && cutmix === null ? {} : { mix }),
  };
}

/** The task's first metric decides. */
export function watched(task: TrainOptions["task"]) {
  const [metric] = kinds[task].metrics;
  return { metric, mode: metrics[metric].mode };
}

/** What the last phase of texts takes where nobody chose; of pictures the package chooses by their number. */
function usualRate(
  { strategy, learners }: TrainOptions,
  { input, model }: Prepared["source"],
): PhaseOptions {
  const isWhole = learners === "all" && (strategy === "finetune" || strategy === "gradual");
  return input.modality === "texts" && isWhole ? { rate: textRate(model) } : {};
}
