import { type Arenas, allocateArenas } from "./arena.js";
import type { Floats, OpenRequest, Slots, State } from "./protocol.js";

/** `partial` takes the gradients of the second and later micro-batches; it costs nothing until then. */
export type WeightRole = "weight" | "gradient" | "partial" | `slot:${string}`;

/** Running statistics before a step, and two places that its micro-batches write to in turn. */
export type BufferRole = "held" | "even" | "odd";

/** All that one session computes with. */
export type Memory = {
  readonly trainable: Arenas<WeightRole>;
  readonly slots: readonly string[];
  readonly shared: Arenas<"weight">;
  readonly buffers: Arenas<BufferRole>;
  readonly bufferNames: readonly string[];
};

export function openMemory(request: OpenRequest): Memory {
  const roles: WeightRole[] = ["weight", "gradient", "partial", ...request.slots.map(slotRole)];
  const memory: Memory = {
    trainable: allocateArenas(lengthsOf(request.trainable), roles),
    slots: request.slots,
    shared: allocateArenas(lengthsOf(request.shared), ["weight"]),
    buffers: allocateArenas(lengthsOf(request.buffers), ["held", "even", "odd"]),
    bufferNames: Object.keys(request.buffers),
  };
  assign(memory, request.shared, { weights: request.trainable, buffers: request.buffers });
  return memory;
}

export const slotRole = (slot: string): WeightRole => `slot:${slot}`;

/** Overwrites what is given. */
export function assign(memory: Memory, shared: Floats, state: Partial<State>): void {
  write(memory.shared, "weight", shared);
  write(memory.trainable, "weight", state.weights ?? {});
  write(memory.buffers, "held", state.buffers ?? {});
  for (const [slot, arrays] of Object.entries(state.slots ?? {}))
    write(memory.trainable, slotRole(slot), arrays);
}

/** Copies of everything that training moves. */
export function stateOf(memory: Memory): State {
  return {
    weights: copiesOf(memory.trainable, "weight"),
    buffers: copiesOf(memory.buffers, "held"),
    slots: slotsOf(memory),
  };
}

export function slotsOf(memory: Memory): Slots {
  return Object.fromEntries(
    memory.slots.map((slot) => [slot, copiesOf(memory.trainable, slotRole(slot))]),
  );
}

export function copiesOf<Role extends string>(arenas: Arenas<Role>, role: Role): Floats {
  return Object.fromEntries(
    arenas.list.flatMap((arena) =>
      arena.names.map((name) => [name, arena.view(role, name).slice()] as const),
    ),
  );
}

/** The buffers of arrays that may leave for another thread: of all that are not on shared memory. */
export const buffersIn = (...groups: readonly Floats[]): ArrayBuffer[] =>
  groups.flatMap((group) =>
    Object.values(group).flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : [])),
  );

function write<Role extends string>(arenas: Arenas<Role>, role: Role, arrays: Floats): void {
  for (const [name, array] of Object.entries(arrays)) arenas.view(role, name).set(array);
}

const lengthsOf = (arrays: Floats): Record<string, number> =>
  Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, array.length]));
