import { createBatches, type Source } from "../data/batch.js";
import { evaluationBatches } from "../data/evaluation.js";
import type { Session, Snapshot } from "../engine.js";
import { adamw } from "../optim/adamw.js";
import { paramGroups } from "../optim/groups.js";
import { cosineSchedule } from "../optim/schedule.js";
import type { Program } from "../program.js";
import { type EvaluateEvent, evaluate } from "../train/evaluate.js";
import { type TrainCheckpoint, train } from "../train/train.js";
import { pickWeights } from "../tree.js";
import type { FloatWeights } from "../weights/host-tensor.js";
import type { FineTuneContext, FineTuneEvents } from "./options.js";
import type { PhasePlan } from "./plan.js";

export type PhaseInput = {
  readonly phase: PhasePlan;
  readonly context: FineTuneContext;
  /** What the programs read. */
  readonly weights: FloatWeights;
  /** Which of them stay as they are, besides running statistics that are not live. */
  readonly isFrozen: (name: string) => boolean;
  readonly program: Program;
  readonly train: Source;
  readonly validation: Source | undefined;
};

/** Trains one stretch of the network to the end of its epochs and returns its weights. */
export async function* trainPhase(input: PhaseInput): FineTuneEvents<FloatWeights> {
  const { phase, context, program } = input;
  const { options, plan } = context;
  const { name, epochs, rate, weightDecay } = phase;
  const { batchSize, seed } = plan;
  yield { type: "phase-start", phase: name };
  const batches = createBatches(input.train, { batchSize, seed });
  const steps = Math.max(1, epochs * batches.stepsPerEpoch);
  const learningRate = cosineSchedule({ from: rate, steps });
  const optimizer = adamw({ learningRate, weightDecay });
  const session = await options.engine.open({ ...sessionWeights(input), optimizer, seed });
  try {
    const resume = options.resume?.phase === name ? options.resume : undefined;
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
    for await (const event of events) yield { ...event, phase: name };
    return learned(await session.snapshot());
  } finally {
    await session.close();
  }
}

const learned = ({ weights, buffers }: Snapshot): FloatWeights => ({ ...weights, ...buffers });

/** Running statistics are buffers where they move, and frozen weights where they don't. */
function sessionWeights({ context, weights, isFrozen }: PhaseInput) {
  const { options, plan } = context;
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

function evaluation({ context, program, validation }: PhaseInput, session: Session) {
  if (!validation) return {};
  const { options, plan } = context;
  return {
    evaluate: async () => {
      const batches = evaluationBatches(validation, { batchSize: plan.batchSize });
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

function checkpointing({ context, phase }: PhaseInput) {
  const { checkpoint } = context.options;
  if (!checkpoint) return {};
  const save = (state: TrainCheckpoint) => checkpoint.save({ ...state, phase: phase.name });
  return { checkpoint: { ...checkpoint, save } };
}
