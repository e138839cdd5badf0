import type { Source } from "../data/batch.js";
import type { FineTuneContext, FineTuneEvents } from "../fine-tune/options.js";
import { FEATURES, featureProgram } from "../fine-tune/task.js";
import { stageAfter } from "../models/run-stages.js";
import type { FloatWeights } from "../weights/host-tensor.js";
import { cacheFeatures, weightsOf } from "./feature-cache.js";
import { featureSource } from "./feature-source.js";
import type { FeatureTable } from "./feature-store.js";

/** Features at one stage: of the training samples and of those to validate on. */
export type Tables = {
  readonly stage: string;
  readonly train: FeatureTable;
  readonly validation: FeatureTable | undefined;
};

/** Runs the network up to a stage over every sample. */
export async function* sampleTables(
  context: FineTuneContext,
  stage: string,
  weights: FloatWeights,
): FineTuneEvents<Tables> {
  const { options, plan } = context;
  const { validation } = options;
  yield { type: "phase-start", phase: "features" };
  const views = typeof plan.views === "string" ? 1 : plan.views;
  const part = (name: "train" | "validation", source: Source, views: number) =>
    cacheAt(context, { stage, weights, source, views, part: name });
  const train = yield* part("train", options.train, views);
  return { stage, train, validation: validation && (yield* part("validation", validation, 1)) };
}

/** The same tables some stages further on, from the tables instead of the samples. */
export async function* laterTables(
  context: FineTuneContext,
  stage: string,
  weights: FloatWeights,
  earlier: Tables,
): FineTuneEvents<Tables> {
  if (earlier.stage === stage) return earlier;
  const from = stageAfter(context.options.model, earlier.stage)!;
  const part = (name: "train" | "validation", table: FeatureTable) =>
    cacheAt(context, {
      from,
      stage,
      weights,
      source: featureSource(table),
      views: table.views,
      part: name,
    });
  const { validation } = earlier;
  const train = yield* part("train", earlier.train);
  return { stage, train, validation: validation && (yield* part("validation", validation)) };
}

async function* cacheAt(
  { options, plan, store }: FineTuneContext,
  input: {
    /** Features enter here; without it samples enter the network. */
    from?: string;
    stage: string;
    weights: FloatWeights;
    source: Source;
    views: number;
    part: "train" | "validation";
  },
): FineTuneEvents<FeatureTable> {
  const { engine, model, task, dataKey, signal } = options;
  const { from, stage, weights, source, views, part } = input;
  const range = from === undefined ? { to: stage } : { from, to: stage };
  const { inputs, sides = [] } = task;
  return yield* cacheFeatures({
    engine,
    store,
    source,
    views,
    reads: { inputs: from === undefined ? inputs : [FEATURES], sides },
    program: featureProgram({ task, model, ...range }),
    weights: weightsOf(model, weights, range),
    batchSize: plan.batchSize,
    ...(dataKey === undefined ? {} : { dataKey: [dataKey, source.subset ? "whole" : part] }),
    ...(signal ? { signal } : {}),
  });
}
