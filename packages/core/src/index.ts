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
export {
  at,
  type Optimizer,
  type OptimizerScalars,
  type ParamGroup,
  type ParamGroups,
  type Schedule,
} from "./optim/optimizer.js";
export type { Json, Program, ProgramInput, ProgramOutput, TensorMap } from "./program.js";
export type { Random } from "./random.js";
export type { DType, FloatWeights, HostTensor, Weights } from "./weights/host-tensor.js";
