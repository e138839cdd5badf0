import {
  type FloatWeights,
  GraftError,
  initWeights,
  isUnder,
  type Model,
  type Source,
  stageAfter,
} from "@graft-ml/core";
import {
  type ClassifierEvent,
  type ClassifierPlan,
  planClassifier,
  type TrainClassifierOptions,
  type TrainedClassifier,
} from "./classifier-options.js";
import { trainPhase } from "./classifier-phase.js";
import { cacheFeatures, weightsOf } from "./feature-cache.js";
import {
  type FeatureStore,
  type FeatureTable,
  featureSource,
  memoryFeatureStore,
} from "./feature-store.js";
import { classifierProgram, featureProgram, type ProgramEntry } from "./program.js";
import { measure, standardized, takesStandard, unstandardize } from "./standardize.js";

/** Events to read to the end; then `result()` gives what was trained. */
export type ClassifierTraining = AsyncIterable<ClassifierEvent> & {
  /** Throws `run-invalid` before the last event was read. */
  result(): TrainedClassifier;
};

/**
 * Grafts a new head onto a pretrained network and trains it, and with "finetune" the stages after the
 * cut. What is frozen runs once: its features are cached, so that epochs cost no more than the part
 * that learns. The same options give the same bytes. Throws what `train` and `cacheFeatures` throw.
 */
export function trainClassifier(options: TrainClassifierOptions): ClassifierTraining {
  let trained: TrainedClassifier | undefined;
  return {
    async *[Symbol.asyncIterator]() {
      trained = yield* run(options);
    },
    result() {
      if (trained) return trained;
      throw new GraftError(
        "run-invalid",
        "The training has not ended. Read all of its events before asking for its result.",
      );
    },
  };
}

type Events<T> = AsyncGenerator<ClassifierEvent, T>;

type Context = {
  readonly options: TrainClassifierOptions;
  readonly plan: ClassifierPlan;
  readonly store: FeatureStore;
};

async function* run(options: TrainClassifierOptions): Events<TrainedClassifier> {
  const plan = planClassifier(options);
  const context = { options, plan, store: options.store ?? memoryFeatureStore() };
  const { model } = options;
  const start = startWeights(context);
  if (plan.strategy === "scratch") return { model, weights: yield* tuneAll(context, start) };
  if (plan.strategy === "probe") return { model, weights: yield* probe(context, start) };
  const cached = plan.cut !== undefined && plan.views !== "fresh";
  const tables = cached ? yield* pictureTables(context, plan.cut!, start) : undefined;
  const tailResumes = options.resume?.phase === "tail";
  const grafted = tailResumes ? start : yield* probe(context, start, tables);
  const weights = tables
    ? yield* tuneTail(context, grafted, tables)
    : yield* tuneAll(context, grafted);
  return { model, weights };
}

/** The checkpoint's weights and a new head; all new from scratch. Throws `weight-missing`. */
function startWeights({ options, plan }: Context): FloatWeights {
  const { model, weights = {} } = options;
  const fresh = initWeights(model, {
    seed: plan.seed,
    ...(plan.strategy === "scratch" ? {} : { only: (name) => isUnder(name, model.classifier) }),
  });
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

/** Features at one stage: of the training pictures and of those to validate on. */
type Tables = {
  readonly stage: string;
  readonly train: FeatureTable;
  readonly validation: FeatureTable | undefined;
};

async function* pictureTables(
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
async function* laterTables(
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

/** Trains the last stage on frozen features and returns all weights. */
async function* probe(
  context: Context,
  weights: FloatWeights,
  earlier?: Tables,
): Events<FloatWeights> {
  const { options, plan } = context;
  const { model, loss = {} } = options;
  const tables = earlier
    ? yield* laterTables(context, plan.headInput, weights, earlier)
    : yield* pictureTables(context, plan.headInput, weights);
  const from = model.stages.at(-1)!.name;
  const standard = takesStandard(model, tables.train.shape)
    ? await measure(tables.train)
    : undefined;
  const source = (table: FeatureTable): Source =>
    standard ? standardized(featureSource(table), standard) : featureSource(table);
  const program = classifierProgram({ model, from, loss });
  const { validation } = tables;
  const head = yield* trainPhase({
    phase: "head",
    options,
    plan,
    weights: weightsOf(model, weights, { from }),
    isFrozen: () => false,
    program,
    train: source(tables.train),
    validation: validation && { program, source: source(validation) },
  });
  return { ...weights, ...(standard ? unstandardize(model, head, standard) : head) };
}

/** Trains the stages after the cut on cached features of the cut. */
async function* tuneTail(
  context: Context,
  weights: FloatWeights,
  { stage, train, validation }: Tables,
): Events<FloatWeights> {
  const { options, plan } = context;
  const { model, loss = {} } = options;
  const from = stageAfter(model, stage)!;
  const program = classifierProgram({ model, from, loss });
  const tail = yield* trainPhase({
    phase: "tail",
    options,
    plan,
    weights: weightsOf(model, weights, { from }),
    isFrozen: () => false,
    program,
    train: featureSource(train),
    validation: validation && { program, source: featureSource(validation) },
  });
  return { ...weights, ...tail };
}

/** Trains from the pictures, with what lies before the cut frozen. */
async function* tuneAll(context: Context, weights: FloatWeights): Events<FloatWeights> {
  const { options, plan } = context;
  const { model, preprocess, loss = {}, validation } = options;
  const program = classifierProgram({ model, preprocess, loss });
  const frozen = frozenPrefixes(model, plan.cut);
  const tuned = yield* trainPhase({
    phase: "tail",
    options,
    plan,
    weights,
    isFrozen: (name) => frozen.some((prefix) => isUnder(name, prefix)),
    program,
    train: options.train,
    validation: validation && { program, source: validation },
  });
  return { ...weights, ...tuned };
}

function frozenPrefixes(model: Model, cut: string | undefined): readonly string[] {
  const last = model.stages.findIndex((stage) => stage.name === cut);
  return model.stages.slice(0, last + 1).flatMap((stage) => stage.prefixes);
}
