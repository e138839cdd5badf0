import {
  adamw,
  classificationJudge,
  cosineSchedule,
  evaluationBatches,
  type FloatWeights,
  freezeTo,
  GraftError,
  judged,
  type Model,
  mapWeights,
  type Program,
  paramGroups,
  pickWeights,
  type Session,
  type TrainEvent,
  train,
} from "@graft-ml/core";
import { reversalRamp } from "../losses/gradient-reversal.js";
import type { AdaptDeepOptions, DeepAdapted } from "./adapt-deep-options.js";
import type { Adaptation } from "./adaptation.js";
import { adaptationProgram } from "./adaptation-program.js";
import { deepAdaptation } from "./adaptations.js";
import { domainBatches } from "./domain-batches.js";
import { startWeights } from "./start-weights.js";

/** Events to read to the end; then `result()` gives what was trained. */
export type DeepAdapting = AsyncIterable<TrainEvent> & {
  /** Throws `run-invalid` before the last event was read. */
  result(): DeepAdapted;
};

/**
 * Trains a network on a source's labels while a method draws the target's samples, whose labels are never
 * read, to the source's. Tells `train`'s events; the same options give the same bytes. Throws what
 * `train`, `adaptationProgram` and `domainBatches` throw, and `weight-missing`.
 */
export function adaptDeep(options: AdaptDeepOptions): DeepAdapting {
  let adapted: DeepAdapted | undefined;
  return {
    async *[Symbol.asyncIterator]() {
      adapted = yield* run(options);
    },
    result() {
      if (adapted) return adapted;
      throw new GraftError(
        "run-invalid",
        "The training has not ended. Read all of its events before asking for its result.",
      );
    },
  };
}

async function* run(options: AdaptDeepOptions): AsyncGenerator<TrainEvent, DeepAdapted> {
  const { engine, model, task, epochs = 20, rate = 3e-4, seed = 0, weightDecay = 0.05 } = options;
  const adaptation = adaptationOf(options);
  const { ramp = reversalRamp, sampler, resume } = options;
  const batchSize = options.batchSize ?? Math.min(32, options.source.size);
  const batches = domainBatches({
    source: options.source,
    target: options.target,
    task,
    batchSize,
    seed,
    ramp: (step) => ramp(Math.min(1, step / steps)),
    ...(sampler ? { sampler } : {}),
  });
  const steps = Math.max(1, epochs * batches.stepsPerEpoch);
  const program = adaptationProgram({ ...options, adaptation });
  const learningRate = cosineSchedule({ from: rate, steps });
  const session = await engine.open({
    ...sessionWeights(options, adaptation),
    optimizer: adamw({ learningRate, weightDecay }),
    seed,
  });
  try {
    yield* train({
      session,
      program,
      batches,
      epochs,
      rate: learningRate,
      ...policies(options),
      ...(resume ? { resume } : {}),
      ...evaluation(options, { session, program, batchSize }),
    });
    return { model, weights: learned(model, await session.snapshot()) };
  } finally {
    await session.close();
  }
}

function adaptationOf({ method, model, adaptation = {} }: AdaptDeepOptions): Adaptation {
  if (typeof method !== "string") return method;
  const sizes = { features: model.numFeatures, classes: model.numClasses };
  return deepAdaptation(method, { ...sizes, ...adaptation });
}

function policies({ clipNorm, divergence = {}, signal, checkpoint }: AdaptDeepOptions) {
  return {
    ...(clipNorm === undefined ? {} : { clipNorm }),
    ...(divergence === false ? {} : { divergence }),
    ...(signal ? { signal } : {}),
    ...(checkpoint ? { checkpoint } : {}),
  };
}

/** Running statistics are buffers where they move, and frozen weights where they don't. */
function sessionWeights(options: AdaptDeepOptions, adaptation: Adaptation) {
  const { model, cut, batchNorm = options.weights ? "frozen" : "live" } = options;
  const weights = startWeights(options, adaptation);
  const isFrozen = cut === undefined ? () => false : freezeTo(model, cut);
  const isStatistic = (name: string) => model.specs[name]?.role === "buffer";
  const isLive = (name: string) => batchNorm === "live" && isStatistic(name) && !isFrozen(name);
  const isFixed = (name: string) => adaptation.fixed?.(name) === true;
  return {
    weights: pickWeights(weights, (name) => !isLive(name)),
    buffers: pickWeights(weights, isLive),
    groups: paramGroups({ freeze: (name) => isFrozen(name) || isStatistic(name) || isFixed(name) }),
  };
}

function evaluation(
  { validation, task, signal }: AdaptDeepOptions,
  { batchSize, ...judging }: { session: Session; program: Program; batchSize: number },
) {
  if (!validation) return {};
  const { judge = classificationJudge } = task;
  return {
    evaluate: async () => {
      const batches = evaluationBatches(validation, { batchSize });
      const verdict = judged({
        ...judging,
        batches,
        judge: judge(),
        ...(signal ? { signal } : {}),
      });
      for (;;) {
        const { done, value } = await verdict.next();
        if (done) return value.metrics;
      }
    },
  };
}

/** The model's own weights, in its order. */
function learned(
  model: Model,
  { weights, buffers }: { weights: FloatWeights; buffers: FloatWeights },
): FloatWeights {
  const all = { ...weights, ...buffers };
  return mapWeights(model.specs, (_, name) => all[name]!);
}
