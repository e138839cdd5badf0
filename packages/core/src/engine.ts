import type { Optimizer, ParamGroups } from "./optim/optimizer.js";
import type { Program } from "./program.js";
import type { FloatWeights, HostTensor } from "./weights/host-tensor.js";

/** Host arrays by field name; the first axis of every field is the sample. */
export type Batch = Readonly<Record<string, HostTensor<"float32" | "int32" | "uint8" | "bool">>>;

export type SessionOptions = {
  /** Every weight the programs read, trainable and frozen, frozen running statistics included. */
  weights: FloatWeights;
  /** Running statistics that programs move while training. Default: none. */
  buffers?: FloatWeights;
  /** Needed by `step` alone. */
  optimizer?: Optimizer;
  /** Default: everything trainable at rate 1; decay 1 for rank 2 and up, 0 for biases and norms. */
  groups?: ParamGroups;
  /** Seed of the random draws inside programs. Default 0. */
  seed?: number;
};

export type StepOptions = {
  /** Largest global L2 norm of the gradients; longer ones are scaled down to it. Default: no clipping. */
  clipNorm?: number;
  /** Multiplies the learning rate of every weight for this update, whatever the optimizer's schedule says. Default 1. */
  rateFactor?: number;
};

export type StepResult = {
  /** Updates made so far, this one included. */
  step: number;
  /** Mean over the micro-batches. */
  loss: number;
  metrics: Readonly<Record<string, number>>;
  /** Global L2 norm of the gradients before clipping. */
  gradNorm: number;
};

export type RunResult = {
  loss?: number;
  metrics: Readonly<Record<string, number>>;
  outputs: Readonly<Record<string, HostTensor>>;
};

/** Everything a session has learned: enough to go on to the same bytes. Arrays are copies, or never written again. */
export type Snapshot = {
  step: number;
  seed: number;
  weights: FloatWeights;
  buffers: FloatWeights;
  optimizer: { name: string; state: Readonly<Record<string, FloatWeights>> } | null;
};

export type SessionMemory = {
  /** Bytes of weights, gradients and optimizer state this session holds. */
  parameterBytes: number;
  /** Compiled programs held (eager: 0), and the bytes of constants inside them. */
  compiledPrograms: number;
  constantBytes: number;
  /** tfjs tensors alive because of this session. */
  tensors: number;
};

/** One set of weights on one device. Calls are queued in order; every method throws `engine-closed` after `close`. */
export type Session = {
  /** Gradients of the mean loss over one or more micro-batches, clipping, one update. Throws `loss-not-finite` and changes nothing then. */
  step(
    program: Program,
    batch: Batch | readonly Batch[],
    options?: StepOptions,
  ): Promise<StepResult>;
  /** One forward pass; `training: false` is seen by the program, buffers do not move. */
  run(program: Program, batch: Batch): Promise<RunResult>;
  snapshot(): Promise<Snapshot>;
  restore(snapshot: Snapshot): Promise<void>;
  memory(): SessionMemory;
  /** Drains the call in flight, then frees. Calling it twice is fine. */
  close(): Promise<void>;
};

/** Where programs run. Libraries take an engine as an argument and never pick one. */
export type Engine = {
  /** "native", "wasm", "eager": what `--device` calls it. */
  readonly name: string;
  /** One line for people, such as "ONNX Runtime 1.30.0 on this CPU, 2 threads". */
  readonly description: string;
  open(options: SessionOptions): Promise<Session>;
  /** Closes every session that is still open. */
  close(): Promise<void>;
};
