import type { Batch, FloatWeights } from "@graft-ml/core";
import type { Fields, Floats, HostArray } from "./protocol.js";

/** Arrays on their way to the worker, and the buffers that go over with them. */
export type Crossing<T> = { readonly value: T; readonly transfer: ArrayBuffer[] };

/** Copies of the weights' arrays for the worker; those on shared memory go as they are. */
export function floatsToWorker(weights: FloatWeights): Crossing<Floats> {
  const { value, transfer } = toWorker(weights);
  return { value: value as Floats, transfer };
}

/** The same for a batch's fields: the caller's arrays stay his own. */
export const fieldsToWorker = (batch: Batch): Crossing<Fields> => toWorker(batch);

/**
 * One copy of each array, which then changes hands: posting a view would copy the whole buffer under
 * it, and transferring it would take it from the caller.
 */
function toWorker(arrays: Readonly<Record<string, { data: HostArray }>>): Crossing<Fields> {
  const transfer: ArrayBuffer[] = [];
  const value: Record<string, HostArray> = {};
  for (const [name, { data }] of Object.entries(arrays)) {
    if (data.buffer instanceof SharedArrayBuffer) {
      value[name] = data;
      continue;
    }
    const copy = data.slice();
    value[name] = copy;
    transfer.push(copy.buffer as ArrayBuffer);
  }
  return { value, transfer };
}
