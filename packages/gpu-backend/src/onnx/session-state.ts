import {
  checkSnapshot,
  type FloatWeights,
  type SessionMemory,
  type Snapshot,
  sizeOf,
} from "@graft-ml/core";
import { floatsToWorker } from "./crossing.js";
import { onSharedMemory, pick, type Shapes } from "./layout.js";
import type { NativeSession } from "./native-session.js";
import type { Floats } from "./protocol.js";

/** Everything the session has learned; frozen arrays are the session's own, which it never writes. */
export async function snapshotOf(session: NativeSession): Promise<Snapshot> {
  const { layout, optimizer, step, seed } = session;
  const state = await session.transport.call("state", { session: session.id });
  const frozen = { ...layout.constants, ...layout.shared };
  const all: FloatWeights = {
    ...frozen,
    ...withShapes(state.weights, layout.trainable),
    ...withShapes(state.buffers, layout.buffers),
  };
  return {
    step,
    seed,
    weights: pick(all, layout.weightNames),
    buffers: pick(all, [...layout.bufferNames]),
    optimizer: optimizer
      ? {
          name: optimizer.name,
          state: Object.fromEntries(
            optimizer.slots.map((slot) => [
              slot,
              withShapes(state.slots[slot] ?? {}, layout.trainable),
            ]),
          ),
        }
      : null,
  };
}

/** All or nothing. Frozen weights that differ make every lowered graph void, since they are part of them. */
export async function restore(session: NativeSession, snapshot: Snapshot): Promise<void> {
  const { layout, transport, id } = session;
  checkSnapshot(shapesOf(session), snapshot);
  const given = { ...snapshot.weights, ...snapshot.buffers };
  const constants = pick(given, Object.keys(layout.constants));
  const shared = pick(given, Object.keys(layout.shared));
  const weights = floatsToWorker(pick(given, Object.keys(layout.trainable)));
  const buffers = floatsToWorker(pick(given, Object.keys(layout.buffers)));
  const large = floatsToWorker(same(shared, layout.shared) ? {} : shared);
  const slots = Object.entries(snapshot.optimizer?.state ?? {}).map(
    ([slot, arrays]) => [slot, floatsToWorker(arrays)] as const,
  );
  await transport.call(
    "assign",
    {
      session: id,
      shared: large.value,
      weights: weights.value,
      buffers: buffers.value,
      slots: Object.fromEntries(slots.map(([slot, { value }]) => [slot, value])),
    },
    [weights, buffers, large, ...slots.map(([, crossing]) => crossing)].flatMap(
      ({ transfer }) => transfer,
    ),
  );
  if (!same(shared, layout.shared))
    session.layout = { ...session.layout, shared: onSharedMemory(shared) };
  if (!same(constants, layout.constants)) {
    session.layout = { ...session.layout, constants: onSharedMemory(constants) };
    session.lowerings.clear();
    session.graphs.release(id);
  }
  session.step = snapshot.step;
  session.seed = snapshot.seed;
}

export function memoryOf({
  id,
  layout,
  optimizer,
  graphs,
  accumulated,
}: NativeSession): SessionMemory {
  const { count, constantBytes } = graphs.held(id);
  // Weights and gradients; the gradients of further micro-batches; the optimizer's slots.
  const copies = 2 + (accumulated ? 1 : 0) + (optimizer?.slots.length ?? 0);
  const frozen = [...Object.values(layout.constants), ...Object.values(layout.shared)];
  const parameterBytes =
    copies * bytesOf(layout.trainable) +
    3 * bytesOf(layout.buffers) +
    frozen.reduce((sum, { data }) => sum + data.byteLength, 0) +
    Object.values(layout.shared).reduce((sum, { data }) => sum + data.byteLength, 0);
  return { parameterBytes, compiledPrograms: count, constantBytes, tensors: 0 };
}

const bytesOf = (shapes: Shapes): number =>
  Object.values(shapes).reduce((sum, shape) => sum + 4 * sizeOf(shape), 0);

type SessionShapes = Parameters<typeof checkSnapshot>[0];

function shapesOf({ layout, optimizer }: NativeSession): SessionShapes {
  const asShapes = (shapes: Shapes) =>
    Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { shape }]));
  const all = {
    ...layout.constants,
    ...layout.shared,
    ...asShapes({ ...layout.trainable, ...layout.buffers }),
  };
  const some = (names: Iterable<string>) =>
    Object.fromEntries([...names].map((name) => [name, all[name]!]));
  const trainable = asShapes(layout.trainable);
  return {
    weights: some(layout.weightNames),
    buffers: some(layout.bufferNames),
    optimizer,
    slots: Object.fromEntries((optimizer?.slots ?? []).map((slot) => [slot, trainable])),
  };
}

/** Equal to the bit. */
function same(a: FloatWeights, b: FloatWeights): boolean {
  return Object.entries(a).every(([name, { data }]) => {
    const other = b[name]?.data;
    if (other === undefined || other === data) return other === data;
    return sameBits(bitsOf(data), bitsOf(other));
  });
}

const bitsOf = ({ buffer, byteOffset, length }: Float32Array): Uint32Array =>
  new Uint32Array(buffer, byteOffset, length);

const sameBits = (a: Uint32Array, b: Uint32Array): boolean =>
  a.length === b.length && a.every((word, i) => word === b[i]);

const withShapes = (floats: Floats, shapes: Shapes): FloatWeights =>
  Object.fromEntries(
    Object.entries(floats).map(([name, data]) => [
      name,
      { dtype: "float32", shape: shapes[name] ?? [data.length], data },
    ]),
  );
