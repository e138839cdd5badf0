import type { Optimizer, OptimizerScalars } from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Floats, Slots, StepReply } from "./protocol.js";

/**
 * The pure form of an update, for optimizers that have no loop of their own: on the caller's thread,
 * on tfjs's cpu backend. Correct and slow: weights, gradients and state cross over and back each step.
 */
export async function updateOnHost(input: {
  optimizer: Optimizer;
  shapes: Readonly<Record<string, readonly number[]>>;
  scalars: Readonly<Record<string, OptimizerScalars>>;
  host: NonNullable<StepReply["host"]>;
}): Promise<{ weights: Floats; slots: Slots }> {
  const { optimizer, shapes, scalars, host } = input;
  const weights: Record<string, Float32Array> = {};
  const slots = Object.fromEntries(
    optimizer.slots.map((slot) => [slot, {} as Record<string, Float32Array>]),
  );
  await onCpu(() => {
    for (const [name, grad] of Object.entries(host.gradients)) {
      const tensorOf = (data: Float32Array | undefined) =>
        tf.tensor(data ?? [], [...(shapes[name] ?? [])], "float32");
      tf.tidy(() => {
        const next = optimizer.update({
          weight: tensorOf(host.weights[name]),
          grad: tensorOf(grad),
          state: Object.fromEntries(
            optimizer.slots.map((slot) => [slot, tensorOf(host.slots[slot]?.[name])]),
          ),
          scalars: scalars[name] ?? {},
        });
        weights[name] = arrayOf(next.weight);
        for (const [slot, tensor] of Object.entries(next.state)) {
          const arrays = slots[slot];
          if (arrays !== undefined) arrays[name] = arrayOf(tensor);
        }
      });
    }
  });
  return { weights, slots };
}

const arrayOf = (tensor: tf.Tensor): Float32Array => new Float32Array(tensor.dataSync<"float32">());

/** Works on tfjs's cpu backend and leaves the one in use as it was. */
async function onCpu(work: () => void): Promise<void> {
  await import("@tensorflow/tfjs-backend-cpu");
  const before = tf.engine().backendName;
  // Again after each wait: another engine of this process may have switched it away meanwhile.
  while (tf.engine().backendName !== "cpu") await tf.setBackend("cpu");
  try {
    work();
  } finally {
    if (before && before !== "cpu") await tf.setBackend(before);
  }
}
