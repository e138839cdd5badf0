import {
  adamw,
  classificationJudge,
  cosineSchedule,
  evaluationBatches,
  judged,
  type Program,
  type Resulting,
  resulting,
  type Session,
  type TrainEvent,
  train,
} from "@graft-ml/core";
import { reversalRamp } from "../losses/gradient-reversal.js";
import type { AdaptDeepOptions, DeepAdapted } from "./adapt-deep-options.js";
import { planDeep } from "./deep-plan.js";
import { domainBatches } from "./domain-batches.js";

/** Events to read to the end; then `result()` gives what was trained. */
export type DeepAdapting = Resulting<TrainEvent, DeepAdapted>;

/**
 * Trains a network on a source's labels while a method draws the target's samples, whose labels are never
 * read, to the source's. Tells `train`'s events; the same options give the same bytes. Throws what
 * `train`, `adaptationProgram` and `domainBatches` throw, and `weight-missing`.
 */
export const adaptDeep = (options: AdaptDeepOptions): DeepAdapting =>
  resulting("training", () => run(options));

async function* run(options: AdaptDeepOptions): AsyncGenerator<TrainEvent, DeepAdapted> {
  const { engine, model, epochs = 20, rate = 3e-4, seed = 0, weightDecay = 0.05 } = options;
  const { program, target, reads, session: held, learned } = planDeep(options);
  const { ramp = reversalRamp, sampler, resume } = options;
  const batchSize = options.batchSize ?? Math.min(32, options.source.size);
  const batches = domainBatches({
    source: options.source,
    target,
    task: reads,
    batchSize,
    seed,
    ramp: (step) => ramp(Math.min(1, step / steps)),
    ...(sampler ? { sampler } : {}),
  });
  const steps = Math.max(1, epochs * batches.stepsPerEpoch);
  const learningRate = cosineSchedule({ from: rate, steps });
  const session = await engine.open({
    ...held,
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
    return { model, weights: learned(await session.snapshot()) };
  } finally {
    await session.close();
  }
}

function policies({ clipNorm, divergence = {}, signal, checkpoint }: AdaptDeepOptions) {
  return {
    ...(clipNorm === undefined ? {} : { clipNorm }),
    ...(divergence === false ? {} : { divergence }),
    ...(signal ? { signal } : {}),
    ...(checkpoint ? { checkpoint } : {}),
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
