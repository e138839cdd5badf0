import * as tf from "@tensorflow/tfjs-core";
import type { SessionMemory, SessionOptions, Snapshot } from "../engine.js";
import { GraftError } from "../errors.js";
import { defaultGroups } from "../optim/groups.js";
import type { Optimizer, ParamGroup } from "../optim/optimizer.js";
import { mapWeights } from "../tree.js";
import { checkSnapshot } from "./check-snapshot.js";
import { downloadWeights, uploadWeights } from "./host-arrays.js";

type Tensors = Record<string, tf.Tensor>;

/** Everything a session holds; only an update or a restore changes it. */
export type EagerState = {
  step: number;
  seed: number;
  readonly optimizer: Optimizer | undefined;
  /** Of the trainable weights. */
  readonly groups: ReadonlyMap<string, ParamGroup>;
  weights: Tensors;
  buffers: Tensors;
  /** Slot -> weight -> array. */
  slots: Record<string, Tensors>;
};

export function createState(options: SessionOptions): EagerState {
  const { weights, buffers = {}, optimizer, groups: groupOf = defaultGroups, seed = 0 } = options;
  const twice = Object.keys(weights).find((name) => Object.hasOwn(buffers, name));
  if (twice !== undefined) {
    throw new GraftError("config-invalid", `"${twice}" is both a weight and a buffer. Choose one.`);
  }
  const groups = new Map(
    Object.entries(weights)
      .map(([name, { shape }]) => [name, groupOf(name, shape)] as const)
      .filter(([, group]) => optimizer !== undefined && !group.frozen),
  );
  const tensors = tf.tidy(() => {
    const live = uploadWeights(weights);
    const zeros = (): Tensors =>
      Object.fromEntries([...groups.keys()].map((name) => [name, tf.zerosLike(live[name]!)]));
    const slots = (optimizer?.slots ?? []).map((slot) => [slot, zeros()] as const);
    return { weights: live, buffers: uploadWeights(buffers), slots: Object.fromEntries(slots) };
  });
  return { step: 0, seed, optimizer, groups, ...tensors };
}

/** Everything that a session holds on the device, freed. */
export const disposeState = ({ weights, buffers, slots }: EagerState): void =>
  tf.dispose([weights, buffers, slots]);

export async function snapshotOf(state: EagerState): Promise<Snapshot> {
  const { step, seed, optimizer } = state;
  const slots = Object.entries(state.slots).map(
    async ([slot, tensors]) => [slot, await downloadWeights(tensors)] as const,
  );
  return {
    step,
    seed,
    weights: await downloadWeights(state.weights),
    buffers: await downloadWeights(state.buffers),
    optimizer: optimizer
      ? { name: optimizer.name, state: Object.fromEntries(await Promise.all(slots)) }
      : null,
  };
}

/** All or nothing: throws `weight-missing`, `weight-unexpected`, `shape-mismatch` or `config-invalid` before a change. */
export function restoreState(state: EagerState, snapshot: Snapshot): void {
  checkSnapshot(state, snapshot);
  const { weights, buffers, optimizer } = snapshot;
  const next = tf.tidy(() => ({
    weights: uploadWeights(weights),
    buffers: uploadWeights(buffers),
    slots: mapWeights(optimizer?.state ?? {}, uploadWeights),
  }));
  disposeState(state);
  Object.assign(state, next, { step: snapshot.step, seed: snapshot.seed });
}

export function memoryOf(state: EagerState): SessionMemory {
  const held = [state.weights, state.buffers, ...Object.values(state.slots)].flatMap((tensors) =>
    Object.values(tensors),
  );
  return {
    parameterBytes: held.reduce((sum, { size }) => sum + 4 * size, 0),
    compiledPrograms: 0,
    constantBytes: 0,
    tensors: held.length,
  };
}
