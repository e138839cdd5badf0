import { microStep, type Program, type ProgramInput, type ProgramOutput } from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import type { OutputTarget } from "./protocol.js";

type Outputs = {
  /** By the name that `targetOf` reads. */
  readonly outputs: Record<string, tf.Tensor>;
  /** Frees what outlives the trace. */
  readonly dispose: () => void;
};

/** Loss, metrics, gradients and moved buffers of one training step. */
export function stepOutputs(
  program: Program,
  input: ProgramInput,
  trainable: readonly string[],
): Outputs {
  const step = microStep(program, input, trainable);
  return {
    outputs: {
      loss: step.loss,
      ...named("metric", step.metrics, asFloat),
      ...named("gradient", step.gradients),
      ...named("buffer", step.buffers),
    },
    dispose: () => tf.dispose(step),
  };
}

/** Loss, metrics and outputs of one forward pass. */
export function runOutputs({ loss, metrics = {}, outputs = {} }: ProgramOutput): Outputs {
  return {
    outputs: {
      ...(loss === undefined ? {} : { loss: asFloat(loss) }),
      ...named("metric", metrics, asFloat),
      ...named("output", outputs),
    },
    dispose: () => {},
  };
}

const prefixes = ["metric", "gradient", "buffer", "output"] as const;

/** What an output's name says is to be done with it. */
export function targetOf(name: string): OutputTarget {
  const to = prefixes.find((prefix) => name.startsWith(`${prefix}>`));
  return to === undefined ? { to: "loss" } : { to, key: name.slice(to.length + 1) };
}

const asFloat = (tensor: tf.Tensor): tf.Tensor => tf.cast(tensor, "float32");

const named = (
  prefix: (typeof prefixes)[number],
  tensors: Readonly<Record<string, tf.Tensor>>,
  change: (tensor: tf.Tensor) => tf.Tensor = (tensor) => tensor,
): Record<string, tf.Tensor> =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [`${prefix}>${name}`, change(tensor)]),
  );
