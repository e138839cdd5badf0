import * as tf from "@tensorflow/tfjs-core";
import { GraftError } from "../errors.js";
import { huber, smoothL1 } from "../loss/huber.js";
import { mse } from "../loss/mse.js";
import { regressionReport } from "../metrics/regression.js";
import type { Model } from "../models/model.js";
import type { ProgramInput, ProgramOutput } from "../program.js";
import { finiteOnly, type Judge, requireFiniteLoss, type Verdict } from "../train/judge.js";
import type { FloatWeights } from "../weights/host-tensor.js";
import { type Objective, plainJson } from "./objective.js";
import { collectRows, meanLoss } from "./rows.js";

/** Mean and deviation of each target: what a network learns is (target - mean) / std. */
export type TargetScale = { readonly mean: readonly number[]; readonly std: readonly number[] };

export type RegressionLoss = {
  /** Of standardised errors. Default "mse". */
  readonly kind?: "mse" | "huber" | "smooth-l1";
  /** Where the square of "huber" and "smooth-l1" becomes a line, in deviations. Default 1. */
  readonly delta?: number;
};

/**
 * Numbers to predict: `targets`, (B, T) float32, in their own unit. The network learns standardised
 * ones; in the end the scale moves into its last layer, so that a trained network gives plain numbers.
 * Metrics: loss (mean squared standardised error), mae, rmse and r2, in the targets' unit.
 */
export function regression(options: TargetScale & { loss?: RegressionLoss }): Objective {
  const { mean, std, loss = {} } = options;
  return {
    name: "regression",
    config: plainJson({ mean, std, loss }),
    target: "targets",
    score: (logits, input) => scored(logits, input, options),
    judge: () => regressionJudge({ mean, std, standardised: true }),
    settle: (model, weights) => scaleOutputs(model, weights, { mean, std }),
  };
}

function scored(
  predictions: tf.Tensor,
  { batch }: ProgramInput,
  { mean, std, loss = {} }: TargetScale & { loss?: RegressionLoss },
): Pick<ProgramOutput, "loss"> {
  const { weight } = batch;
  if (!batch.targets) return {};
  const centred = tf.sub(batch.targets, tf.tensor1d([...mean]));
  const targets = tf.div(centred, tf.tensor1d([...std]));
  const given = { predictions, targets, ...(weight ? { sampleWeight: weight } : {}) };
  const { kind = "mse", delta = 1 } = loss;
  if (kind === "huber") return { loss: huber({ ...given, delta }) };
  return { loss: kind === "mse" ? mse(given) : smoothL1({ ...given, beta: delta }) };
}

/**
 * `regressionReport` over all samples, and their mean squared standardised error; needs `targets`, (B, T).
 * `standardised`: the logits are so, too, as while a network learns. Default: they are plain numbers.
 */
export function regressionJudge(options: TargetScale & { standardised?: boolean }): Judge<Verdict> {
  const { mean, std, standardised = false } = options;
  const kept = collectRows();
  return {
    add: kept.add,
    end: () => {
      const { width, ...all } = kept.rows();
      const logits = standardised
        ? all.logits.map((value, at) => value * std[at % width]! + mean[at % width]!)
        : all.logits;
      const squared = (value: number, target: number, output: number) =>
        ((value - target) / std[output]!) ** 2;
      const loss = meanLoss({ ...all, logits, width }, squared);
      const report = regressionReport({
        predictions: logits,
        targets: all.targets,
        numOutputs: width,
        sampleWeight: all.weights,
      });
      requireFiniteLoss(loss, all.weights.length);
      return { metrics: finiteOnly({ loss, ...report }) };
    },
  };
}

/** Mean and deviation of each column; a column that does not vary has the deviation 1. */
export function measureTargets(rows: readonly (readonly number[])[]): TargetScale {
  const columns = (rows[0] ?? []).map((_, column) => rows.map((row) => row[column]!));
  const average = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const mean = columns.map(average);
  const std = columns.map(
    (values, i) => Math.sqrt(average(values.map((value) => (value - mean[i]!) ** 2))) || 1,
  );
  return { mean, std };
}

/**
 * A network whose outputs are standardised as one that gives plain numbers: each row of its last
 * layer times its deviation, and its mean on the bias. Throws `config-invalid` for a head without bias.
 */
export function scaleOutputs(
  model: Model,
  weights: FloatWeights,
  { mean, std }: TargetScale,
): FloatWeights {
  const names = { weight: `${model.classifier}.weight`, bias: `${model.classifier}.bias` };
  const [weight, bias] = [weights[names.weight], weights[names.bias]];
  if (!weight || !bias || weight.shape[0] !== std.length || bias.data.length !== std.length) {
    throw new GraftError(
      "config-invalid",
      `The head "${model.classifier}" of "${model.architecture}" has no weight and bias for ${std.length} numbers. Give it as many outputs: replaceHead(model, ${std.length}).`,
      { details: { architecture: model.architecture, outputs: std.length } },
    );
  }
  const rowSize = weight.data.length / std.length;
  return {
    ...weights,
    [names.weight]: {
      ...weight,
      data: weight.data.map((value, at) => value * std[Math.floor(at / rowSize)]!),
    },
    [names.bias]: { ...bias, data: bias.data.map((value, row) => value * std[row]! + mean[row]!) },
  };
}
