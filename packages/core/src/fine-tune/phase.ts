import { type Batches, createBatches, type Source } from "../data/batch.js";
import { evaluationBatches } from "../data/evaluation.js";
import { mixedBatches } from "../data/mixed-batches.js";
import type { Session, Snapshot } from "../engine.js";
import { layerwiseRates } from "../models/layerwise-rates.js";
import { loraPlusRates } from "../models/lora-train.js";
import type { Model } from "../models/model.js";
import { classificationJudge } from "../objective/classification.js";
import { paramGroups } from "../optim/groups.js";
import type { ParamGroups } from "../optim/optimizer.js";
import type { Program } from "../program.js";
import { judged, type Verdict } from "../train/judge.js";
import { type TrainCheckpoint, train } from "../train/train.js";
import { pickWeights } from "../tree.js";
import type { FloatWeights } from "../weights/host-tensor.js";
import type { FineTuneContext, FineTuneEvents } from "./options.js";
import { phaseOptimizer, phaseSchedule } from "./phase-optimizer.js";
import type { PhasePlan } from "./plan.js";

export type PhaseInput = {
  readonly phase: PhasePlan;
  readonly context: FineTuneContext;
  /** The options' model, with adapters where they learn. */
  readonly model: Model;
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
  const { epochs, name } = phase;
  const { accumulate = 1 } = options;
  yield { type: "phase-start", phase: name };
  const batches = phaseBatches(input);
  const steps = Math.max(1, epochs * Math.ceil(batches.stepsPerEpoch / accumulate));
  const rate = phaseSchedule(phase, steps);
  const optimizer = phaseOptimizer(context, phase, rate);
  const session = await options.engine.open({
    ...sessionWeights(input),
    optimizer,
    seed: plan.seed,
  });
  try {
    const events = train({
      session,
      program,
      batches,
      epochs,
      accumulate,
      rate,
      ...(options.resume?.phase === name ? { resume: options.resume } : {}),
      ...policies(context),
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

/** The batches of a phase, mixed where the options say so. */
export function phaseBatches({ context, phase, train: source }: PhaseInput): Batches {
  const { options, plan } = context;
  const { batchSize, seed } = plan;
  const { mix, sampler } = options;
  const batches = createBatches(source, { batchSize, seed, ...(sampler ? { sampler } : {}) });
  if (!mix) return batches;
  // Boxes need maps, and the head's features are pooled.
  const { cutmix, ...blend } = mix;
  if (phase.name !== "head") return mixedBatches(batches, { ...mix, seed });
  return blend.mixup === undefined ? batches : mixedBatches(batches, { ...blend, seed });
}

function policies({ options }: FineTuneContext) {
  const { clipNorm, divergence = {}, earlyStopping, ema, signal, validation } = options;
  return {
    ...(clipNorm === undefined ? {} : { clipNorm }),
    ...(divergence === false ? {} : { divergence }),
    ...(earlyStopping && validation ? { earlyStopping } : {}),
    ...(ema ? { averaged: true } : {}),
    ...(signal ? { signal } : {}),
  };
}

/** Running statistics are buffers where they move, and frozen weights where they don't. */
export function sessionWeights({ context, phase, model, weights, isFrozen }: PhaseInput) {
  const isStatistic = (name: string) => model.specs[name]?.role === "buffer";
  const isLive = (name: string) =>
    isStatistic(name) && context.plan.batchNorm === "live" && !isFrozen(name);
  const freeze = (name: string) => isFrozen(name) || isStatistic(name);
  return {
    weights: pickWeights(weights, (name) => !isLive(name)),
    buffers: pickWeights(weights, isLive),
    groups: phaseGroups(model, phase, freeze),
  };
}

/** Rates fall layer by layer; the second half of an adapter learns faster than the first. */
export function phaseGroups(
  model: Model,
  { layerDecay }: PhasePlan,
  freeze: (name: string) => boolean,
): ParamGroups {
  const rates = layerDecay === 1 ? {} : layerwiseRates(model, { decay: layerDecay });
  const byLayer = paramGroups({ freeze, rates });
  const byHalf = paramGroups({ rates: loraPlusRates(model) });
  return (name, shape) => {
    const group = byLayer(name, shape);
    return { ...group, rate: group.rate * byHalf(name, shape).rate };
  };
}

function evaluation({ context, program, validation }: PhaseInput, session: Session) {
  if (!validation) return {};
  const { options, plan } = context;
  const { judge = classificationJudge } = options.task;
  return {
    evaluate: async () => {
      const batches = evaluationBatches(validation, { batchSize: plan.batchSize });
      const signal = options.signal ? { signal: options.signal } : {};
      return metricsOf(judged({ session, program, batches, judge: judge(), ...signal }));
    },
  };
}

async function metricsOf(judging: ReturnType<typeof judged>): Promise<Verdict["metrics"]> {
  for (;;) {
    const { done, value } = await judging.next();
    if (done) return value.metrics;
  }
}

function checkpointing({ context, phase }: PhaseInput) {
  const { checkpoint } = context.options;
  if (!checkpoint) return {};
  const save = (state: TrainCheckpoint) => checkpoint.save({ ...state, phase: phase.name });
  return { checkpoint: { ...checkpoint, save } };
}
