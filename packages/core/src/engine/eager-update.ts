import * as tf from "@tensorflow/tfjs-core";
import type { Batch, StepOptions } from "../engine.js";
import { GraftError } from "../errors.js";
import { clipFactor, globalNorm } from "../optim/clip.js";
import { atRate } from "../optim/groups.js";
import type { Optimizer } from "../optim/optimizer.js";
import type { Program } from "../program.js";
import { hostRandom } from "../random.js";
import { mapWeights } from "../tree.js";
import type { EagerState } from "./eager-state.js";
import { type MicroStep, microStep } from "./gradient-step.js";
import { uploadBatch } from "./host-arrays.js";

/** Means over the micro-batches; the buffers are the last one's. The caller disposes them. */
export type Means = MicroStep & { gradNorm: tf.Tensor };

function requireOptimizer(state: EagerState): Optimizer {
  if (state.optimizer) return state.optimizer;
  throw new GraftError(
    "config-invalid",
    "This session has no optimizer, so it cannot make a step. Open it with one.",
  );
}

/** Gradients of the mean loss over micro-batches, one in memory at a time. */
export function meanGradients(
  state: EagerState,
  program: Program,
  batches: readonly Batch[],
): Means {
  requireOptimizer(state);
  let sum: MicroStep | undefined;
  try {
    batches.forEach((batch, index) => {
      const next = oneBatch(state, program, { batch, index, moved: sum?.buffers ?? {} });
      sum = sum === undefined ? next : takeSum(sum, next);
    });
    if (sum === undefined) {
      throw new GraftError("batch-invalid", "A step needs at least one batch; the list is empty.");
    }
    return toMeans(sum, batches.length);
  } finally {
    if (sum) tf.dispose(sum);
  }
}

function oneBatch(
  state: EagerState,
  program: Program,
  micro: { batch: Batch; index: number; moved: Record<string, tf.Tensor> },
): MicroStep {
  const batch = uploadBatch(micro.batch);
  try {
    const input = {
      params: state.weights,
      buffers: { ...state.buffers, ...micro.moved },
      batch,
      random: hostRandom({ seed: state.seed, step: state.step, micro: micro.index }),
      training: true,
    };
    return microStep(program, input, [...state.groups.keys()]);
  } finally {
    tf.dispose(batch);
  }
}

/** Frees both terms. */
function takeSum(sum: MicroStep, next: MicroStep): MicroStep {
  try {
    return tf.tidy(() => ({
      loss: tf.add(sum.loss, next.loss),
      metrics: addEach(sum.metrics, next.metrics),
      gradients: addEach(sum.gradients, next.gradients),
      buffers: mapWeights({ ...sum.buffers, ...next.buffers }, (tensor) => tf.clone(tensor)),
    }));
  } finally {
    tf.dispose([sum, next]);
  }
}

type Tensors = Record<string, tf.Tensor>;

const addEach = (left: Tensors, right: Tensors): Tensors =>
  mapWeights({ ...left, ...right }, (tensor, name) => {
    const [a, b] = [left[name], right[name]];
    return a && b ? tf.add(a, b) : tf.clone(tensor);
  });

function toMeans(sum: MicroStep, count: number): Means {
  const mean = (tensor: tf.Tensor): tf.Tensor =>
    count === 1 ? tf.clone(tensor) : tf.mul(tensor, 1 / count);
  return tf.tidy(() => {
    const gradients = mapWeights(sum.gradients, mean);
    return {
      loss: mean(sum.loss),
      metrics: mapWeights(sum.metrics, mean),
      gradients,
      buffers: mapWeights(sum.buffers, (tensor) => tf.clone(tensor)),
      gradNorm: globalNorm(gradients),
    };
  });
}

/** Moves weights, optimizer state, buffers and the step count, all at once. */
export function applyUpdate(
  state: EagerState,
  means: Means,
  options: StepOptions & { gradNorm: number },
): void {
  const optimizer = requireOptimizer(state);
  const factor = clipFactor(options.gradNorm, options.clipNorm);
  const next = tf.tidy(() => ({
    updates: mapWeights(means.gradients, (gradient, name) => {
      const updated = optimizer.update({
        weight: state.weights[name]!,
        grad: factor === 1 ? gradient : tf.mul(gradient, factor),
        state: mapWeights(state.slots, (tensors) => tensors[name]!),
        scalars: optimizer.scalars({
          step: state.step,
          group: atRate(state.groups.get(name)!, options.rateFactor),
        }),
      });
      // A copy of the handle: an update may give back a tensor that it was given.
      return { weight: tf.clone(updated.weight), slots: mapWeights(updated.state, tf.clone) };
    }),
    buffers: mapWeights(means.buffers, (tensor) => tf.clone(tensor)),
  }));
  for (const [name, { weight, slots }] of Object.entries(next.updates)) {
    replace(state.weights, name, weight);
    for (const [slot, tensor] of Object.entries(slots)) replace(state.slots[slot]!, name, tensor);
  }
  for (const [name, tensor] of Object.entries(next.buffers)) replace(state.buffers, name, tensor);
  state.step += 1;
}

function replace(tensors: Tensors, name: string, next: tf.Tensor): void {
  tensors[name]?.dispose();
  tensors[name] = next;
}
