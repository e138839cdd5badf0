import {
  type FloatWeights,
  GraftError,
  initWeights,
  isUnder,
  type Model,
  type Source,
  stageAfter,
} from "@graft-ml/core";
import { weightsOf } from "../features/feature-cache.js";
import { type FeatureTable, featureSource, memoryFeatureStore } from "../features/feature-store.js";
import {
  type Context,
  type Events,
  laterTables,
  pictureTables,
  type Tables,
} from "../features/frozen-features.js";
import { measure, standardized, takesStandard, unstandardize } from "../features/standardize.js";
import {
  type ClassifierEvent,
  planClassifier,
  type TrainClassifierOptions,
  type TrainedClassifier,
} from "./classifier-options.js";
import { trainPhase } from "./classifier-phase.js";
import { classifierProgram } from "./program.js";

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
