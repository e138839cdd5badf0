import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../../engine.js";
import { relu } from "../../nn/activation.js";
import { type Conv, conv } from "../../nn/conv.js";
import { dropout } from "../../nn/dropout.js";
import { type Linear, linear } from "../../nn/linear.js";
import { batchNorm, type Norm } from "../../nn/norm.js";
import { createPass } from "../../nn/pass.js";
import { globalAveragePool } from "../../nn/pool.js";
import { paramGroups } from "../../optim/groups.js";
import type { ParamGroups } from "../../optim/optimizer.js";
import type { Program, ProgramInput } from "../../program.js";
import { nest } from "../../tree.js";
import type { FloatWeights } from "../../weights/host-tensor.js";
import { counts, full, wave } from "./arrays.js";

/** A program with the weights and a batch that fit it. */
export type Case = {
  program: Program;
  weights: FloatWeights;
  buffers?: FloatWeights;
  groups?: ParamGroups;
  /** Batches of any number of samples. */
  batch: (samples: number) => Batch;
};

/** Mean cross-entropy of logits (B, C) and whole-number labels. */
function crossEntropy(logits: tf.Tensor2D, labels: tf.Tensor): tf.Scalar {
  const shifted = tf.sub(logits, tf.max(logits, 1, true));
  const logs = tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), 1, true)));
  const chosen = tf.oneHot(tf.cast(labels, "int32") as tf.Tensor1D, logits.shape[1]);
  return tf.neg(tf.mean(tf.sum(tf.mul(logs, tf.cast(chosen, "float32")), 1)));
}

/** loss = sum over weights of w * g: the gradient is the batch's own numbers, whatever the weights are. */
export const linearLoss: Case = {
  program: {
    key: "conformance-linear-loss",
    config: null,
    run({ params, batch }) {
      const terms = ["matrix.weight", "matrix.bias"].map((name) =>
        tf.sum(tf.mul(params[name]!, tf.mean(batch[name]!, 0))),
      );
      return { loss: tf.addN(terms) as tf.Scalar };
    },
  },
  weights: { "matrix.weight": wave([3, 4], 1), "matrix.bias": wave([4], 2) },
  batch: (samples) => ({
    "matrix.weight": wave([samples, 3, 4], samples),
    "matrix.bias": wave([samples, 4], samples + 1),
  }),
};

type Mlp = { hidden: Linear; head: Linear };

function runMlp({ params, batch, random, training, buffers }: ProgramInput) {
  const p = nest<Mlp>(params);
  const pass = createPass({ training, random, buffers });
  const x = tf.sub(tf.div(tf.cast(batch.pixels!, "float32"), 127.5), 1) as tf.Tensor2D;
  const hidden = dropout(relu(linear(p.hidden, x)), { rate: 0.25, site: "hidden" }, pass);
  const logits = linear(p.head, hidden);
  const hit = tf.equal(tf.argMax(logits, 1), batch.labels!);
  return {
    loss: crossEntropy(logits, batch.labels!),
    metrics: { accuracy: tf.mean(tf.cast(hit, "float32")) as tf.Scalar },
    outputs: { logits, hit },
  };
}

/** Bytes -> linear -> relu -> dropout -> linear -> cross-entropy, with int32 labels and a bool output. */
export const mlp: Case = {
  program: { key: "conformance-mlp", config: { dropout: 0.25 }, run: runMlp },
  weights: {
    "hidden.weight": wave([16, 8], 1, 0.5),
    "hidden.bias": wave([16], 2, 0.1),
    "head.weight": wave([3, 16], 3, 0.5),
    "head.bias": wave([3], 4, 0.1),
  },
  batch: (samples) => ({
    pixels: {
      dtype: "uint8",
      shape: [samples, 8],
      data: Uint8Array.from({ length: samples * 8 }, (_, i) => (i * 89 + (i >> 3) * 31) % 256),
    },
    labels: counts([samples], 3),
  }),
};

type Net = { stem: Conv; norm: Norm; block: Conv; fc: Linear };

/** Convolution, batch norm with live statistics, strided convolution, pooling, cross-entropy. */
export const convNet: Case = {
  program: {
    key: "conformance-conv-net",
    config: null,
    run({ params, buffers, batch, random, training }) {
      const p = nest<Net>({ ...params, ...buffers });
      const pass = createPass({ training, random, buffers });
      const x = batch.image as tf.Tensor4D;
      const stem = relu(batchNorm(p.norm, conv(p.stem, x, { pad: 1 }), pass));
      const block = relu(conv(p.block, stem, { stride: 2, pad: 1 }));
      const logits = linear(p.fc, globalAveragePool(block));
      const loss = crossEntropy(logits, batch.labels!);
      return { loss, outputs: { logits, block }, buffers: pass.moved() };
    },
  },
  weights: {
    "stem.weight": wave([4, 3, 3, 3], 1, 0.4),
    "norm.weight": full([4], 1),
    "norm.bias": wave([4], 2, 0.1),
    "block.weight": wave([6, 4, 3, 3], 3, 0.4),
    "block.bias": wave([6], 4, 0.1),
    "fc.weight": wave([3, 6], 5),
    "fc.bias": wave([3], 6, 0.1),
  },
  buffers: { "norm.running_mean": wave([4], 7, 0.2), "norm.running_var": full([4], 0.8) },
  batch: (samples) => ({ image: wave([samples, 8, 8, 3], 8), labels: counts([samples], 3) }),
};

/** The same network with the statistics of its norm frozen: they are weights then, and samples do not meet. */
export const frozenNet: Case = {
  program: convNet.program,
  weights: { ...convNet.weights, ...convNet.buffers },
  groups: paramGroups({ freeze: ["norm.running_mean", "norm.running_var"] }),
  batch: convNet.batch,
};

/** Gives its random draws back, and as a metric a number that depends on each of them. */
export const draws: Case = {
  program: {
    key: "conformance-draws",
    config: null,
    run({ params, batch, random }) {
      const shape = batch.x!.shape;
      const mask = random.bernoulli("mask", shape, 0.7);
      const noise = random.uniform("noise", shape);
      const mixed = tf.add(tf.mul(tf.cast(mask, "float32"), batch.x!), noise);
      const loss = tf.mean(tf.mul(mixed, params["w.weight"]!)) as tf.Scalar;
      return { loss, metrics: { mixed: tf.mean(mixed) as tf.Scalar }, outputs: { mask, noise } };
    },
  },
  weights: { "w.weight": full([1, 1], 0.5) },
  batch: (samples) => ({ x: wave([samples, 50], 1) }),
};
