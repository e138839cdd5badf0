import {
  createPass,
  crossEntropy,
  GraftError,
  type Json,
  type Model,
  type Program,
  type ProgramInput,
  type ProgramOutput,
  runStages,
  stagesOf,
} from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { normalize, type Preprocess } from "../picture/preprocess.js";

export type ClassifierLoss = {
  /** Share of the target spread evenly over the classes, 0 to 1. Default 0. */
  readonly labelSmoothing?: number;
  /** Weight of each class. Default: all 1. */
  readonly classWeight?: readonly number[];
};

/** Where a program's input comes from: pictures through all stages, or features into a later stage. */
export type ProgramEntry =
  | { /** Pixels are normalised inside the program. */ preprocess: Preprocess; from?: undefined }
  | { /** The first stage to run. */ from: string; preprocess?: undefined };

/**
 * Pictures or features to class scores. Batch fields: `image`, (B, H, W, 3) uint8, or `features`, what
 * the stage before `from` gives; `labels`, (B) int32, and maybe `weight`, (B) float32, for the loss.
 * Outputs `logits`, (B, classes); metric `accuracy`. Batch norm whose statistics are the session's
 * buffers moves them while training.
 */
export function classifierProgram(
  options: ProgramEntry & { model: Model; loss?: ClassifierLoss },
): Program {
  const { model, from, preprocess, loss = {} } = options;
  return {
    key: "vision/classifier",
    config: describe({ model: model.config, from, preprocess, loss }),
    run: (input) => {
      const pass = createPass(input);
      const x = enter(input, preprocess);
      const params = { ...input.params, ...input.buffers };
      const range = from === undefined ? {} : { from };
      const logits = runStages(model, params, x, pass, range) as tf.Tensor2D;
      return { outputs: { logits }, buffers: pass.moved(), ...scored(logits, input, loss) };
    },
  };
}

/**
 * What a stage gives for pictures, or for the features of an earlier stage: output `features`. Maps
 * (B, H, W, C) are averaged to (B, C) where `pooled`.
 */
export function featureProgram(
  options: ProgramEntry & { model: Model; stage: string; pooled?: boolean },
): Program {
  const { model, from, preprocess, stage, pooled = false } = options;
  const range = { ...(from === undefined ? {} : { from }), to: stage };
  stagesOf(model, range);
  return {
    key: "vision/features",
    config: describe({ model: model.config, from, preprocess, stage, pooled }),
    run: (input) => {
      const params = { ...input.params, ...input.buffers };
      const x = enter(input, preprocess);
      const y = runStages(model, params, x, createPass({ ...input, training: false }), range);
      const features = pooled && y.rank === 4 ? tf.mean(y, [1, 2]) : y;
      return { outputs: { features } };
    },
  };
}

/** Drops what is undefined, so that the config is plain JSON. */
const describe = (config: object): Json => JSON.parse(JSON.stringify(config)) as Json;

function enter({ batch }: ProgramInput, preprocess: Preprocess | undefined): tf.Tensor {
  const field = preprocess ? "image" : "features";
  const x = batch[field];
  if (x) return preprocess ? normalize(x, preprocess) : x;
  throw new GraftError(
    "batch-invalid",
    `The batch has no field "${field}"; it has ${Object.keys(batch).join(", ") || "none"}.`,
    { details: { field, fields: Object.keys(batch) } },
  );
}

function scored(
  logits: tf.Tensor2D,
  { batch }: ProgramInput,
  { labelSmoothing = 0, classWeight }: ClassifierLoss,
): Pick<ProgramOutput, "loss" | "metrics"> {
  const { labels, weight } = batch;
  if (!labels) return {};
  const loss = crossEntropy({
    logits,
    labels,
    labelSmoothing,
    ...(weight ? { sampleWeight: weight } : {}),
    ...(classWeight ? { classWeight: tf.tensor1d([...classWeight]) } : {}),
  });
  const hits = tf.cast(tf.equal(tf.argMax(logits, 1), tf.cast(labels, "int32")), "float32");
  const accuracy = weight
    ? tf.div<tf.Scalar>(tf.sum(tf.mul(hits, weight)), tf.sum(weight))
    : tf.mean<tf.Scalar>(hits);
  return { loss, metrics: { accuracy } };
}
