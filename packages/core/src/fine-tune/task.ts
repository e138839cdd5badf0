import * as tf from "@tensorflow/tfjs-core";
import { GraftError } from "../errors.js";
import { mixSamples } from "../loss/mix-samples.js";
import type { Model } from "../models/model.js";
import { runStages, type StageRange, stagesOf } from "../models/run-stages.js";
import { createPass } from "../nn/pass.js";
import type { Json, Program, ProgramInput, ProgramOutput, TensorMap } from "../program.js";
import type { Judge } from "../train/judge.js";
import type { FloatWeights } from "../weights/host-tensor.js";

/** What a network is trained for: how a batch enters it, and what its logits are worth. */
export type Task = {
  /** With `config`, describes everything that the functions below close over. */
  readonly key: string;
  readonly config: Json;
  /** What of `config` `enter` closes over: features of one network then serve every loss. Default: all of it. */
  readonly entry?: Json;
  /** The batch fields that `enter` alone reads; past a cut, cached features stand in their place. */
  readonly inputs: readonly string[];
  /** The batch fields that stages read beside what runs through them, such as "attention_mask". Default: none. */
  readonly sides?: readonly string[];
  /** What the model's first stage takes. */
  enter(batch: TensorMap): tf.Tensor;
  /** Loss and metrics of the logits, where the batch has the targets. */
  score(logits: tf.Tensor, input: ProgramInput): Pick<ProgramOutput, "loss" | "metrics">;
  /** The batch field that `score` compares with; where samples are mixed, it is, too. Default "labels". */
  readonly target?: string;
  /** How good the logits are over all validation samples: its metrics are an epoch's. Default: `classificationJudge`. */
  judge?(): Judge;
  /** What the trained weights become in the end, such as with a scale of the targets moved in. Default: as they are. */
  settle?(model: Model, weights: FloatWeights): FloatWeights;
};

/** The field that holds what a stage gave. */
export const FEATURES = "features";

/**
 * The task on a model as one program: outputs `logits`, and what `task.score` adds. It starts from the
 * task's inputs, or from `features`, what the stage before `from` gives. Batch norm whose statistics
 * are the session's buffers moves them while training. Batches of `mixedBatches` are mixed where they
 * enter, and their targets with them: probabilities (B, C) in place of class numbers.
 */
export function taskProgram(options: { task: Task; model: Model; from?: string }): Program {
  const { task, model, from } = options;
  const range = from === undefined ? {} : { from };
  stagesOf(model, range);
  return {
    key: task.key,
    config: describe({ model: model.config, from, task: task.config }),
    run: (input) => {
      const pass = createPass({ ...input, inputs: sidesOf(task, input.batch) });
      const { x, batch } = mixed(options, enter(task, input.batch, from), input.batch);
      const params = { ...input.params, ...input.buffers };
      const logits = runStages(model, params, x, pass, range);
      const score = task.score(logits, { ...input, batch });
      return { outputs: { logits }, buffers: pass.moved(), ...score };
    },
  };
}

/**
 * What a stage gives, from the task's inputs or from the features of an earlier stage: output
 * `features`. Maps (B, H, W, C) are averaged to (B, C) where `pooled`.
 */
export function featureProgram(
  options: StageRange & { task: Omit<Task, "score">; model: Model; to: string; pooled?: boolean },
): Program {
  const { task, model, from, to, pooled = false } = options;
  const { config, entry = config } = task;
  const range = { ...(from === undefined ? {} : { from }), to };
  stagesOf(model, range);
  return {
    key: `${task.key}/features`,
    config: describe({ model: model.config, from, to, pooled, task: entry }),
    run: (input) => {
      const inputs = sidesOf(task, input.batch);
      const pass = createPass({ ...input, training: false, inputs });
      const params = { ...input.params, ...input.buffers };
      const y = runStages(model, params, enter(task, input.batch, from), pass, range);
      return { outputs: { [FEATURES]: pooled && y.rank === 4 ? tf.mean(y, [1, 2]) : y } };
    },
  };
}

/** What enters and its targets, blended as `mixedBatches` drew it; without its fields, as they are. */
function mixed(
  { model, task }: { model: Model; task: Pick<Task, "target"> },
  x: tf.Tensor,
  batch: TensorMap,
): { x: tf.Tensor; batch: TensorMap } {
  const { target = "labels" } = task;
  const own = batch[target];
  if (!own || !batch.mixPartner) return { x, batch };
  if (x.dtype === "int32" || (own.rank > 1 && own.dtype === "int32")) throw unmixable(x, own);
  const { numClasses } = model;
  const classes = own.rank === 1 && own.dtype === "int32" ? { numClasses } : {};
  const { x: blended, targets } = mixSamples({ x, targets: own, batch, ...classes });
  return { x: blended, batch: { ...batch, [target]: targets } };
}

const unmixable = (x: tf.Tensor, { shape, dtype }: tf.Tensor): GraftError =>
  new GraftError(
    "config-invalid",
    `Samples (${x.dtype} [${x.shape}]) with targets (${dtype} [${shape}]) are numbers of words or of several classes, which can't be blended. Train without mix.`,
    { details: { samples: x.shape, targets: shape } },
  );

/** Drops what is undefined, so that the config is plain JSON. */
const describe = (config: object): Json => JSON.parse(JSON.stringify(config)) as Json;

const sidesOf = ({ sides = [] }: Pick<Task, "sides">, batch: TensorMap): TensorMap =>
  Object.fromEntries(Object.entries(batch).filter(([name]) => sides.includes(name)));

function enter(
  task: Pick<Task, "inputs" | "enter">,
  batch: TensorMap,
  from: string | undefined,
): tf.Tensor {
  const wanted = from === undefined ? task.inputs : [FEATURES];
  const lost = wanted.find((name) => !(name in batch));
  if (lost === undefined) return from === undefined ? task.enter(batch) : batch[FEATURES]!;
  throw new GraftError(
    "batch-invalid",
    `The batch has no field "${lost}"; it has ${Object.keys(batch).join(", ") || "none"}.`,
    { details: { field: lost, fields: Object.keys(batch) } },
  );
}
