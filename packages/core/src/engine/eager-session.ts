import * as tf from "@tensorflow/tfjs-core";
import type {
  Batch,
  RunResult,
  Session,
  SessionOptions,
  StepOptions,
  StepResult,
} from "../engine.js";
import { GraftError } from "../errors.js";
import type { Program } from "../program.js";
import { hostRandom } from "../random.js";
import { mapWeights } from "../tree.js";
import type { OnBackend } from "./backend-switch.js";
import {
  createState,
  disposeState,
  type EagerState,
  memoryOf,
  restoreState,
  snapshotOf,
} from "./eager-state.js";
import { applyUpdate, meanGradients } from "./eager-update.js";
import { runProgram } from "./gradient-step.js";
import { download, readScalars, uploadBatch } from "./host-arrays.js";
import { createQueue } from "./queue.js";

/** One set of weights on one tfjs backend. */
export async function openEagerSession(
  options: SessionOptions,
  onBackend: OnBackend,
): Promise<Session> {
  const state = await onBackend(() => createState(options));
  const held: Held = { state, onBackend };
  const queue = createQueue("session");
  return {
    step: (program, batch, stepOptions = {}) =>
      queue.push(() => step(held, program, isList(batch) ? batch : [batch], stepOptions)),
    run: (program, batch) => queue.push(() => run(held, program, batch)),
    snapshot: () => queue.push(() => snapshotOf(state)),
    restore: (snapshot) => queue.push(() => onBackend(() => restoreState(state, snapshot))),
    memory() {
      queue.checkOpen();
      return memoryOf(state);
    },
    close: () => queue.close(() => disposeState(state)),
  };
}

type Held = { readonly state: EagerState; readonly onBackend: OnBackend };

const isList = (batch: Batch | readonly Batch[]): batch is readonly Batch[] => Array.isArray(batch);

async function step(
  { state, onBackend }: Held,
  program: Program,
  batches: readonly Batch[],
  options: StepOptions,
): Promise<StepResult> {
  const means = await onBackend(() => meanGradients(state, program, batches));
  try {
    const metrics = await readScalars(means.metrics);
    const { loss = Number.NaN, gradNorm = Number.NaN } = await readScalars({
      loss: means.loss,
      gradNorm: means.gradNorm,
    });
    requireFinite(state.step + 1, { loss, gradNorm });
    await onBackend(() => applyUpdate(state, means, { ...options, gradNorm }));
    return { step: state.step, loss, metrics, gradNorm };
  } finally {
    tf.dispose(means);
  }
}

/** Every engine's refusal of an update that would spoil the weights. Throws `loss-not-finite`. */
export function requireFinite(step: number, values: { loss: number; gradNorm: number }): void {
  const { loss, gradNorm } = values;
  if (Number.isFinite(loss) && Number.isFinite(gradNorm)) return;
  const what = Number.isFinite(loss)
    ? `The gradients' norm became ${gradNorm}`
    : `The loss became ${loss}`;
  throw new GraftError(
    "loss-not-finite",
    `${what} at step ${step}; nothing was changed. Try a lower learning rate, or clip the gradients.`,
    { details: { step, loss, gradNorm } },
  );
}

async function run({ state, onBackend }: Held, program: Program, batch: Batch): Promise<RunResult> {
  const output = await onBackend(() => forward(state, program, batch));
  try {
    const metrics = await readScalars(output.metrics);
    const outputs = await download(output.outputs);
    if (output.loss === undefined) return { metrics, outputs };
    const { loss = Number.NaN } = await readScalars({ loss: output.loss });
    return { loss, metrics, outputs };
  } finally {
    tf.dispose(output);
  }
}

type Forward = {
  loss?: tf.Tensor;
  metrics: Record<string, tf.Tensor>;
  outputs: Record<string, tf.Tensor>;
};

function forward(state: EagerState, program: Program, batch: Batch): Forward {
  return tf.tidy(() => {
    const { loss, metrics, outputs } = runProgram(program, {
      params: state.weights,
      buffers: state.buffers,
      batch: uploadBatch(batch),
      random: hostRandom({ seed: state.seed, step: state.step }),
      training: false,
    });
    // Copies of the handles: a program may give back a weight or a field as it came.
    const copies: Forward = {
      metrics: mapWeights(metrics ?? {}, (tensor) => tf.clone(tensor)),
      outputs: mapWeights(outputs ?? {}, (tensor) => tf.clone(tensor)),
    };
    return loss === undefined ? copies : { ...copies, loss: tf.clone(loss) };
  });
}
