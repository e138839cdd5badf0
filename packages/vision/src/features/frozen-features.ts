import { type FloatWeights, type Source, stageAfter } from "@graft-ml/core";
import type {
  ClassifierEvent,
  ClassifierPlan,
  TrainClassifierOptions,
} from "../classifier/classifier-options.js";
import { featureProgram, type ProgramEntry } from "../classifier/program.js";
import { cacheFeatures, weightsOf } from "./feature-cache.js";
import { type FeatureStore, type FeatureTable, featureSource } from "./feature-store.js";

export type Events<T> = AsyncGenerator<ClassifierEvent, T>;

export type Context = {
  readonly options: TrainClassifierOptions;
  readonly plan: ClassifierPlan;
  readonly store: FeatureStore;
};

/** Features at one stage: of the training pictures and of those to validate on. */
export type Tables = {
  readonly stage: string;
  readonly train: FeatureTable;
  readonly validation: FeatureTable | undefined;
};

/** Runs the network up to a stage over every picture. */
export async function* pictureTables(
  context: Context,
  stage: string,
  weights: FloatWeights,
): Events<Tables> {
  const { options, plan } = context;
  const { preprocess, validation } = options;
  yield { type: "phase-start", phase: "features" };
  const views = plan.views === "fresh" ? 1 : plan.views;
  const entry: ProgramEntry = { preprocess };
  const part = (name: "train" | "validation", source: Source, views: number) =>
    cacheAt(context, { stage, weights, entry, source, views, part: name });
  const train = yield* part("train", options.train, views);
  return { stage, train, validation: validation && (yield* part("validation", validation, 1)) };
}

/** The same tables some stages further on, from the tables instead of the pictures. */
export async function* laterTables(
  context: Context,
  stage: string,
  weights: FloatWeights,
  earlier: Tables,
): Events<Tables> {
  if (earlier.stage === stage) return earlier;
  const entry: ProgramEntry = { from: stageAfter(context.options.model, earlier.stage)! };
  const part = (name: "train" | "validation", table: FeatureTable) =>
    cacheAt(context, {
      stage,
      weights,
      entry,
      source: featureSource(table),
      views: table.views,
      part: name,
    });
  const { validation } = earlier;
  const train = yield* part("train", earlier.train);
  return { stage, train, validation: validation && (yield* part("validation", validation)) };
}

async function* cacheAt(
  { options, plan, store }: Context,
  input: {
    stage: string;
    weights: FloatWeights;
    entry: ProgramEntry;
    source: Source;
    views: number;
    part: "train" | "validation";
  },
): Events<FeatureTable> {
  const { engine, model, dataKey, signal } = options;
  const { stage, weights, entry, source, views, part } = input;
  const range = entry.from === undefined ? { to: stage } : { from: entry.from, to: stage };
  return yield* cacheFeatures({
    engine,
    store,
    source,
    views,
    program: featureProgram({ ...entry, model, stage }),
    weights: weightsOf(model, weights, range),
    batchSize: plan.batchSize,
    ...(dataKey === undefined ? {} : { dataKey: [dataKey, part] }),
    ...(signal ? { signal } : {}),
  });
}
