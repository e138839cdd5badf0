import {
  defaultGroups,
  type FloatWeights,
  GraftError,
  type ParamGroup,
  type SessionOptions,
  sizeOf,
} from "@graft-ml/core";
import { isShared, sharesMemory } from "./shared-memory.js";

/** Where each weight of a session lives. */
export type Layout = {
  /** In the order they were given. */
  readonly weightNames: readonly string[];
  readonly bufferNames: ReadonlySet<string>;
  /** Inputs of every graph, in the worker's memory, moved by the optimizer. */
  readonly trainable: Shapes;
  readonly groups: ReadonlyMap<string, ParamGroup>;
  /** Frozen, part of each graph that reads them: ONNX Runtime folds them and picks their layout. */
  readonly constants: FloatWeights;
  /** Frozen and large: inputs, so that the graphs of a session share one copy. */
  readonly shared: FloatWeights;
  /** Running statistics that training moves: inputs and outputs. Where nothing is trained they are constants. */
  readonly buffers: Shapes;
};

export type Shapes = Readonly<Record<string, readonly number[]>>;

/** Frozen matrices from this size on are shared by a session's graphs instead of copied into each. */
const sharedBytes = 4 * 2 ** 20;

/** Throws `shape-mismatch` and `config-invalid`. */
export function layOut(options: SessionOptions): Layout {
  const { weights, buffers = {}, optimizer, groups: groupOf = defaultGroups } = options;
  check({ weights, buffers });
  const groups = new Map(
    Object.entries(weights)
      .map(([name, { shape }]) => [name, groupOf(name, shape)] as const)
      .filter(([, group]) => optimizer !== undefined && !group.frozen),
  );
  const isShared = (name: string) => {
    const { shape, data } = weights[name]!;
    return shape.length === 2 && data.byteLength >= sharedBytes;
  };
  const names = Object.keys(weights);
  const frozen = names.filter((name) => !groups.has(name));
  return {
    weightNames: names,
    bufferNames: new Set(Object.keys(buffers)),
    trainable: shapesOf(pick(weights, [...groups.keys()])),
    groups,
    constants: onSharedMemory({
      ...pick(
        weights,
        frozen.filter((name) => !isShared(name)),
      ),
      ...(optimizer === undefined ? buffers : {}),
    }),
    shared: onSharedMemory(pick(weights, frozen.filter(isShared))),
    buffers: optimizer === undefined ? {} : shapesOf(buffers),
  };
}

function check({ weights, buffers }: { weights: FloatWeights; buffers: FloatWeights }): void {
  const twice = Object.keys(weights).find((name) => Object.hasOwn(buffers, name));
  if (twice !== undefined)
    throw new GraftError("config-invalid", `"${twice}" is both a weight and a buffer. Choose one.`);
  for (const [name, { shape, data }] of [...Object.entries(weights), ...Object.entries(buffers)]) {
    if (data.length === sizeOf(shape)) continue;
    throw new GraftError(
      "shape-mismatch",
      `The weight "${name}" is [${shape.join(", ")}] and holds ${data.length} numbers.`,
      { details: { name, expected: sizeOf(shape), actual: data.length } },
    );
  }
}

/**
 * The same weights where the worker can read them too: those that are not there yet, copied. As they are where
 * no memory can be shared.
 */
export function onSharedMemory(weights: FloatWeights): FloatWeights {
  if (!sharesMemory) return weights;
  const copied = Object.entries(weights).filter(([, { data }]) => !isShared(data.buffer));
  const bytes = copied.reduce((sum, [, { data }]) => sum + data.byteLength, 0);
  const memory = new SharedArrayBuffer(bytes);
  const moved: Record<string, FloatWeights[string]> = { ...weights };
  let at = 0;
  for (const [name, tensor] of copied) {
    const data = new Float32Array(memory, at, tensor.data.length);
    data.set(tensor.data);
    moved[name] = { ...tensor, data };
    at += data.byteLength;
  }
  return moved;
}

export const pick = (weights: FloatWeights, names: readonly string[]): FloatWeights =>
  Object.fromEntries(names.map((name) => [name, weights[name]!]));

const shapesOf = (weights: FloatWeights): Shapes =>
  Object.fromEntries(Object.entries(weights).map(([name, { shape }]) => [name, shape]));
