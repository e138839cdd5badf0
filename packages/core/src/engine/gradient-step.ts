import * as tf from "@tensorflow/tfjs-core";
import { GraftError, isGraftError } from "../errors.js";
import type { Program, ProgramInput, ProgramOutput, TensorMap } from "../program.js";
import { mapWeights } from "../tree.js";

export type MicroStep = {
  loss: tf.Tensor;
  metrics: Record<string, tf.Tensor>;
  /** The next value of every buffer that moved. */
  buffers: Record<string, tf.Tensor>;
  /** Of the trainable weights that the loss depends on. */
  gradients: Record<string, tf.Tensor>;
};

/**
 * One forward and backward pass. The caller disposes what it returns; nothing else stays alive, on
 * errors either. Throws `program-invalid`.
 */
export function microStep(
  program: Program,
  input: ProgramInput,
  trainable: readonly string[],
): MicroStep {
  const kept: Pick<MicroStep, "metrics" | "buffers"> = { metrics: {}, buffers: {} };
  const forward = (): tf.Tensor => {
    const output = runProgram(program, input);
    kept.buffers = keepCopies(checkBuffers(program, input.buffers, output.buffers ?? {}));
    kept.metrics = keepCopies(output.metrics ?? {});
    return lossOf(program, output);
  };
  try {
    return tf.tidy(() => {
      const weights = trainable.map((name) => input.params[name]!);
      const { value, grads } = differentiate(program, forward, weights);
      // Copies of the handles: a rule may give back a tensor that it was given.
      const gradients = trainable.flatMap((name, i) =>
        grads[i] ? [[name, tf.clone(grads[i])] as const] : [],
      );
      return { loss: tf.clone(value), gradients: Object.fromEntries(gradients), ...kept };
    });
  } catch (error) {
    tf.dispose(kept);
    throw error;
  }
}

/** Weights that the loss does not depend on get no gradient rather than zeros. */
function differentiate(
  program: Program,
  forward: () => tf.Tensor,
  weights: tf.Tensor[],
): { value: tf.Tensor; grads: (tf.Tensor | undefined)[] } {
  let result: { value: tf.Tensor; grads: (tf.Tensor | undefined)[] };
  try {
    result = tf.engine().gradients(forward, weights, undefined, true);
  } catch (error) {
    disposeTape();
    throw asProgramError(program, error);
  }
  if (result.grads.some((gradient) => gradient !== undefined)) return result;
  throw new GraftError(
    "program-invalid",
    `The loss of the program "${program.key}" depends on none of the ${weights.length} trainable weights. Unfreeze some, or check the parameter groups.`,
  );
}

/** tfjs keeps what the backward pass needs, and forgets to free it when a pass throws. */
function disposeTape(): void {
  const { state } = tf.engine();
  for (const { saved } of state.activeTape ?? []) tf.dispose(saved);
  state.activeTape = [];
}

/** Runs a program's formula; what goes wrong inside says which program it was. */
export function runProgram(program: Program, input: ProgramInput): ProgramOutput {
  try {
    return program.run(input);
  } catch (error) {
    throw asProgramError(program, error);
  }
}

function asProgramError(program: Program, error: unknown): unknown {
  if (isGraftError(error)) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new GraftError("program-invalid", `The program "${program.key}" failed: ${why}`, {
    cause: error,
  });
}

function lossOf(program: Program, { loss }: ProgramOutput): tf.Tensor {
  if (loss !== undefined && loss.rank === 0 && loss.dtype === "float32") return loss;
  const found = loss === undefined ? "absent" : `${loss.dtype} [${loss.shape.join(", ")}]`;
  throw new GraftError(
    "program-invalid",
    `A training step needs the program "${program.key}" to give a float32 scalar "loss"; it is ${found}.`,
  );
}

function checkBuffers(program: Program, before: TensorMap, moved: TensorMap): TensorMap {
  for (const [name, tensor] of Object.entries(moved)) {
    const expected = before[name]?.shape;
    if (expected && tf.util.arraysEqual(expected, tensor.shape)) continue;
    const found = expected ? `had [${expected.join(", ")}]` : "is not one of the session's buffers";
    throw new GraftError(
      "program-invalid",
      `The program "${program.key}" moves "${name}" to [${tensor.shape.join(", ")}], which ${found}.`,
    );
  }
  return moved;
}

const keepCopies = (tensors: TensorMap): Record<string, tf.Tensor> =>
  mapWeights(tensors, (tensor) => tf.keep(tf.clone(tensor)));
