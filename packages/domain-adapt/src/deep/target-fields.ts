import { type Batch, GraftError, type Task, type TensorMap } from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";

/** What stands before the name of a target's field in a batch of two domains. */
export const TARGET = "target/";
/** The batch field that says how much the penalty counts by now: (B) float32, one number. */
export const RAMP = "ramp";

/** Which batch fields a task reads, labels apart. */
export type Reads = Pick<Task, "inputs" | "sides">;

/** The fields that a task reads of samples without labels. */
export const unlabelledFields = ({ inputs, sides = [] }: Reads): readonly string[] => [
  ...inputs,
  ...sides,
];

/**
 * What a task reads of a target's batch, under its names in a batch of two domains, and nothing else: its
 * labels are never seen. Throws `batch-invalid` where an input is missing.
 */
export function asTarget(batch: Batch, { inputs, sides = [] }: Reads): Batch {
  const names = [...inputs, ...sides.filter((name) => name in batch)];
  return Object.fromEntries(names.map((name) => [`${TARGET}${name}`, fieldOf(batch, name)]));
}

function fieldOf(batch: Batch, name: string): Batch[string] {
  const field = batch[name];
  if (field) return field;
  throw new GraftError(
    "batch-invalid",
    `The target's batch has no field "${name}"; it has ${Object.keys(batch).join(", ") || "none"}.`,
    { details: { field: name } },
  );
}

/** True for a batch of two domains. */
export const hasTarget = (batch: TensorMap): boolean =>
  Object.keys(batch).some((name) => name.startsWith(TARGET));

/** Both domains' samples in one batch, the source's first: of the fields that a task reads. */
export function joined(batch: TensorMap, fields: readonly string[]): TensorMap {
  const present = fields.filter((name) => name in batch);
  return Object.fromEntries(
    present.map((name) => [name, joinOne(name, batch[name]!, batch[`${TARGET}${name}`])]),
  );
}

function joinOne(name: string, source: tf.Tensor, target: tf.Tensor | undefined): tf.Tensor {
  const alike =
    target?.rank === source.rank &&
    target.dtype === source.dtype &&
    target.shape.slice(1).every((size, axis) => size === source.shape[axis + 1]);
  if (target && alike) return tf.concat([source, target], 0);
  const found = target ? `${target.dtype} [${target.shape}] for the target` : "none for the target";
  throw new GraftError(
    "batch-invalid",
    `Both domains go through the network together, and "${name}" is ${source.dtype} [${source.shape}] for the source and ${found}. Give both samples of one shape.`,
    { details: { field: name, source: source.shape, target: target?.shape } },
  );
}
