import type { Batch, FloatWeights } from "@graft-ml/core";
import type { Fields, Floats, HostArray } from "./protocol.js";
import { isShared } from "./shared-memory.js";

/** Arrays on their way to the worker, and the buffers that go over with them. */
export type Crossing<T> = { readonly value: T; readonly transfer: ArrayBuffer[] };

/** Copies of the weights' arrays for the worker; those on shared memory go as they are. */
export function floatsToWorker(weights: FloatWeights): Crossing<Floats> {
  const { value, transfer } = toWorker(weights);
  return { value: value as Floats, transfer };
}

/** The same for a batch's fields: the caller's arrays stay his own. */
export const fieldsToWorker = (batch: Batch, most?: number): Crossing<Fields> =>
  toWorker(batch, most);

/**
 * One copy of each array, which then changes hands: posting a view would copy the whole buffer under
 * it, and transferring it would take it from the caller. The copies lie in a few large blocks, which go
 * back to the system when they are freed; hundreds of small ones stay with the allocator. A block has
 * `most` bytes, but for an array that is larger by itself.
 */
function toWorker(
  arrays: Readonly<Record<string, { data: HostArray }>>,
  most = 2 ** 28,
): Crossing<Fields> {
  const value: Record<string, HostArray> = {};
  const copied: [name: string, data: HostArray][] = [];
  for (const [name, { data }] of Object.entries(arrays)) {
    value[name] = data;
    if (!isShared(data.buffer)) copied.push([name, data]);
  }
  const transfer: ArrayBuffer[] = [];
  for (const block of blocksOf(copied, most)) {
    const buffer = new ArrayBuffer(block.reduce((sum, [, data]) => sum + roomFor(data), 0));
    let at = 0;
    for (const [name, data] of block) {
      const copy = viewLike(data, buffer, at);
      copy.set(data);
      value[name] = copy;
      at += roomFor(data);
    }
    transfer.push(buffer);
  }
  return { value, transfer };
}

/** Every array starts at a multiple of 8 bytes. */
const roomFor = ({ byteLength }: HostArray): number => Math.ceil(byteLength / 8) * 8;

function blocksOf(
  arrays: readonly (readonly [string, HostArray])[],
  most: number,
): (readonly [string, HostArray])[][] {
  const blocks: (readonly [string, HostArray])[][] = [];
  let room = 0;
  for (const entry of arrays) {
    const bytes = roomFor(entry[1]);
    if (bytes > room || blocks.length === 0) {
      blocks.push([]);
      room = most;
    }
    blocks.at(-1)?.push(entry);
    room -= bytes;
  }
  return blocks;
}

function viewLike(data: HostArray, buffer: ArrayBuffer, at: number): HostArray {
  if (data instanceof Float32Array) return new Float32Array(buffer, at, data.length);
  if (data instanceof Int32Array) return new Int32Array(buffer, at, data.length);
  return new Uint8Array(buffer, at, data.length);
}
