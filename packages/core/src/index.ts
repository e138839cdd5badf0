export { type Batches, type BatchesOptions, createBatches, type Source } from "./data/batch.js";
export { evaluationBatches } from "./data/evaluation.js";
export { type Split, stratifiedSplit } from "./data/split.js";
export { checkSnapshot, type SessionShapes } from "./engine/check-snapshot.js";
export { createEagerEngine, type EagerOptions } from "./engine/eager.js";
export { requireFinite } from "./engine/eager-session.js";
export { checkBatch } from "./engine/host-arrays.js";
export { createQueue, type Queue } from "./engine/queue.js";
export type {
  Batch,
  Engine,
  RunResult,
  Session,
  SessionMemory,
  SessionOptions,
  Snapshot,
  StepOptions,
  StepResult,
} from "./engine.js";
export { type ErrorCode, GraftError, isGraftError } from "./errors.js";
export type { Init, Model, Stage, WeightSpec, WeightSpecs } from "./models/model.js";
export { createPass, type Pass } from "./nn/pass.js";
export { type AdamwOptions, adamw } from "./optim/adamw.js";
export { clipFactor, globalNorm } from "./optim/clip.js";
export { defaultDecay, defaultGroups, type GroupOptions, paramGroups } from "./optim/groups.js";
export {
  at,
  type Optimizer,
  type OptimizerScalars,
  type ParamGroup,
  type ParamGroups,
  type Schedule,
} from "./optim/optimizer.js";
export {
  cosineSchedule,
  inSequence,
  linearSchedule,
  oneCycleSchedule,
  warmUp,
} from "./optim/schedule.js";
export { type SgdOptions, sgd } from "./optim/sgd.js";
export type { Json, Program, ProgramInput, ProgramOutput, TensorMap } from "./program.js";
export type { Random } from "./random.js";
export { type EvaluateEvent, type EvaluateOptions, evaluate } from "./train/evaluate.js";
export { type TrainCheckpoint, type TrainOptions, train } from "./train/train.js";
export type { TrainEvent } from "./train/train-event.js";
export { flatten, isUnder, type Leaf, mapWeights, nest, pickWeights, type Tree } from "./tree.js";
export { bytesOf, dtypeBytes, sizeOf } from "./weights/dtype.js";
export type { DType, FloatWeights, HostTensor, Weights } from "./weights/host-tensor.js";
export {
  encodeSafetensors,
  type ReadSafetensorsOptions,
  readSafetensors,
  writeSafetensors,
} from "./weights/safetensors.js";
