import {
  adamw,
  cosineSchedule,
  createBatches,
  type EvaluateEvent,
  evaluate,
  evaluationBatches,
  type FloatWeights,
  type Program,
  paramGroups,
  pickWeights,
  type Session,
  type Snapshot,
  type Source,
  type TrainCheckpoint,
  train,
} from "@graft-ml/core";
import type {
  ClassifierEvent,
  ClassifierPhase,
  ClassifierPlan,
  TrainClassifierOptions,
} from "./classifier-options.js";

export type PhaseInput = {
  readonly phase: ClassifierPhase;
  readonly options: TrainClassifierOptions;
  readonly plan: ClassifierPlan;
  /** What the programs read. */
  readonly weights: FloatWeights;
  /** Which of them stay as they are, besides running statistics that are not live. */
  readonly isFrozen: (name: string) => boolean;
  readonly program: Program;
  readonly train: Source;
  readonly validation?: { readonly program: Program; readonly source: Source } | undefined;
};

/** Trains one stretch of the network to the end of its epochs and returns its weights. */
export async function* trainPhase(
  input: PhaseInput,
): AsyncGenerator<ClassifierEvent, FloatWeights> {
  const { phase, options, plan, program } = input;
  const { epochs, rate, weightDecay } = plan[phase];
  const { batchSize, seed } = plan;
  yield { type: "phase-start", phase };
  const batches = createBatches(input.train, { batchSize, seed });
  const steps = Math.max(1, epochs * batches.stepsPerEpoch);
  const learningRate = cosineSchedule({ from: rate, steps });
  const optimizer = adamw({ learningRate, weightDecay });
  const session = await options.engine.open({ ...sessionWeights(input), optimizer, seed });
  try {
    const resume = options.resume?.phase === phase ? options.resume : undefined;
    if (resume) await session.restore(resume.snapshot);
    const events = train({
      session,
      program,
      batches,
      epochs,
      rate: learningRate,
      ...(resume ? { startStep: resume.step, startLossSum: resume.lossSum } : {}),
      ...(options.signal ? { signal: options.signal } : {}),
      ...evaluation(input, session),
      ...checkpointing(input),
    });
    for await (const event of events) yield { ...event, phase };
    return learned(await session.snapshot());
  } finally {
    await session.close();
  }
}

const learned = ({ weights, buffers }: Snapshot): FloatWeights => ({ ...weights, ...buffers });

/** Running statistics are buffers where they move, and frozen weights where they don't. */
function sessionWeights({ options, plan, weights, isFrozen }: PhaseInput) {
  const isStatistic = (name: string) => options.model.specs[name]?.role === "buffer";
  const isLive = (name: string) =>
    isStatistic(name) && plan.batchNorm === "live" && !isFrozen(name);
  const freeze = (name: string) => isFrozen(name) || isStatistic(name);
  return {
    weights: pickWeights(weights, (name) => !isLive(name)),
    buffers: pickWeights(weights, isLive),
    groups: paramGroups({ freeze }),
  };
}

function evaluation({ options, plan, validation }: PhaseInput, session: Session) {
  if (!validation) return {};
  const { program, source } = validation;
  return {
    evaluate: async () => {
      const batches = evaluationBatches(source, { batchSize: plan.batchSize });
      const signal = options.signal ? { signal: options.signal } : {};
      return lastScores(evaluate({ session, program, batches, ...signal }));
    },
  };
}

async function lastScores(events: AsyncIterable<EvaluateEvent>): Promise<Record<string, number>> {
  for await (const event of events) {
    if (event.type !== "eval-end") continue;
    return { loss: event.loss, accuracy: event.accuracy, macroF1: event.macroF1 };
  }
  return {};
}

function checkpointing({ options, phase }: PhaseInput) {
  const { checkpoint } = options;
  if (!checkpoint) return {};
  const save = (state: TrainCheckpoint) => checkpoint.save({ ...state, phase });
  return { checkpoint: { ...checkpoint, save } };
}
