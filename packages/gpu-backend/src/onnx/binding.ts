import { createDraws, type Draws } from "./draws.js";
import type { BufferRole, Memory } from "./memory.js";
import type { Fields, HostArray, Manifest, Port } from "./protocol.js";
import type { Graph, Runtime, Tensor, Tensors } from "./runtime.js";
import { isShared } from "./shared-memory.js";

/** A graph tied to one session's memory: tensors are made once, over the memory itself. */
export type Binding = {
  readonly graph: Graph;
  readonly manifest: Manifest;
  /** Refilled before each run, and read by it in place. */
  readonly draws: Draws;
  /** What a run reads: weights, running statistics in the given role, the batch and the draws. */
  feeds(fields: Fields, buffers: BufferRole): Tensors;
  /** Where a step writes. Scalars are read back with `scalar`. */
  targets(gradients: "gradient" | "partial", buffers: BufferRole): Tensors;
  scalar(name: string): number;
};

type BindOptions = {
  readonly runtime: Runtime;
  readonly manifest: Manifest;
  readonly memory: Memory;
};

export function bind(graph: Graph, { runtime, manifest, memory }: BindOptions): Binding {
  /** One tensor for each port that `arrayOf` has an array for. */
  const tensors = <Role>(
    ports: readonly Port<Role>[],
    arrayOf: (port: Port<Role>) => HostArray | undefined,
  ): Tensors => {
    const made: Record<string, Tensor> = {};
    for (const port of ports) {
      const array = arrayOf(port);
      if (array !== undefined) made[port.name] = runtime.tensor(port.type, array, port.shape);
    }
    return made;
  };
  const draws = createDraws(manifest);
  const fixed = tensors(manifest.inputs, (port) => {
    if (port.from === "weight") return memory.trainable.view("weight", port.key);
    if (port.from === "shared") return memory.shared.view("weight", port.key);
    return port.from === "draw" ? draws.view(port.name) : undefined;
  });
  const scalars = tensors(manifest.outputs, ({ to }) =>
    to === "loss" || to === "metric" ? new Float32Array(1) : undefined,
  );
  const statistics = (role: BufferRole) => ({
    read: tensors(manifest.inputs, (port) =>
      port.from === "buffer" ? memory.buffers.view(role, port.key) : undefined,
    ),
    write: tensors(manifest.outputs, (port) =>
      port.to === "buffer" ? memory.buffers.view(role, port.key) : undefined,
    ),
  });
  const buffers = { held: statistics("held"), even: statistics("even"), odd: statistics("odd") };
  const gradients = (role: "gradient" | "partial") =>
    tensors(manifest.outputs, (port) =>
      port.to === "gradient" ? memory.trainable.view(role, port.key) : undefined,
    );
  const written = { gradient: gradients("gradient"), partial: gradients("partial") };
  return {
    graph,
    manifest,
    draws,
    feeds: (fields, role) => ({
      ...fixed,
      ...buffers[role].read,
      ...tensors(manifest.inputs, (port) =>
        port.from === "batch" ? fieldOf(fields, port.key) : undefined,
      ),
    }),
    targets: (gradientRole, role) => ({
      ...scalars,
      ...written[gradientRole],
      ...buffers[role].write,
    }),
    scalar: (name) => Number((scalars[name]?.data as Float32Array | undefined)?.[0]),
  };
}

/** ONNX Runtime refuses shared memory, so a field that came on it is copied here. */
function fieldOf(fields: Fields, key: string): HostArray {
  const array = fields[key];
  if (array === undefined) throw new RangeError(`The batch has no field "${key}".`);
  return isShared(array.buffer) ? array.slice() : array;
}
