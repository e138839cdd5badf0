import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../engine.js";
import { GraftError } from "../errors.js";
import type { TensorMap } from "../program.js";
import { mapWeights } from "../tree.js";
import { sizeOf } from "../weights/dtype.js";
import type { FloatWeights, HostTensor } from "../weights/host-tensor.js";

const describe = (shape: readonly number[]): string => `[${shape.join(", ")}]`;

/** Float32 weights as tensors of their own: tfjs's cpu backend keeps the array that it is given. */
export function uploadWeights(weights: FloatWeights): Record<string, tf.Tensor> {
  return mapWeights(weights, ({ data, shape }, name) => {
    if (data.length !== sizeOf(shape)) {
      throw new GraftError(
        "shape-mismatch",
        `The weight "${name}" is ${describe(shape)} and holds ${data.length} numbers.`,
        { details: { name, expected: sizeOf(shape), actual: data.length } },
      );
    }
    return tf.tensor(new Float32Array(data), [...shape], "float32");
  });
}

/** Checks a batch: known dtypes, as many elements as the shape says, the same number of samples in each field. */
export function checkBatch(batch: Batch): void {
  const fields = Object.entries(batch);
  const samples = fields[0]?.[1].shape[0];
  for (const [name, field] of fields) {
    const { dtype, shape, data } = field;
    if (!["float32", "int32", "uint8", "bool"].includes(dtype)) {
      throw invalid(name, `is ${dtype}; programs take float32, int32, uint8 and bool`);
    }
    if (shape.length === 0) throw invalid(name, "is a scalar; its first axis must be the sample");
    if (data.length !== sizeOf(shape)) {
      throw invalid(name, `is ${describe(shape)} and holds ${data.length} elements`);
    }
    if (shape[0] !== samples) {
      throw invalid(name, `holds ${shape[0]} samples and "${fields[0]?.[0]}" holds ${samples}`);
    }
  }
}

const invalid = (field: string, why: string): GraftError =>
  new GraftError("batch-invalid", `The batch field "${field}" ${why}.`, { details: { field } });

/** A checked batch as tensors; uint8 becomes int32. The caller disposes them. */
export function uploadBatch(batch: Batch): TensorMap {
  checkBatch(batch);
  return mapWeights(batch, ({ dtype, shape, data }) =>
    dtype === "uint8"
      ? tf.tensor(Int32Array.from(data), [...shape], "int32")
      : tf.tensor(data, [...shape], dtype),
  );
}

/** Copies of tensors on the host, in their own dtype. */
export async function download(tensors: TensorMap): Promise<Record<string, HostTensor>> {
  const entries = Object.entries(tensors).map(async ([name, tensor]) => {
    return [name, await downloadOne(name, tensor)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function downloadOne(name: string, tensor: tf.Tensor): Promise<HostTensor> {
  const { shape, dtype } = tensor;
  switch (dtype) {
    case "float32":
      return { dtype, shape, data: new Float32Array(await tensor.data<"float32">()) };
    case "int32":
      return { dtype, shape, data: new Int32Array(await tensor.data<"int32">()) };
    case "bool":
      return { dtype, shape, data: new Uint8Array(await tensor.data<"bool">()) };
    default:
      throw new GraftError(
        "program-invalid",
        `The output "${name}" is ${dtype}; programs give float32, int32 or bool.`,
        { details: { name, dtype } },
      );
  }
}

/** Copies of float32 tensors on the host. */
export async function downloadWeights(tensors: TensorMap): Promise<FloatWeights> {
  const entries = Object.entries(tensors).map(async ([name, tensor]) => {
    const data = new Float32Array(await tensor.data<"float32">());
    return [name, { dtype: "float32", shape: tensor.shape, data }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Scalars as numbers, in one wait. */
export async function readScalars(tensors: TensorMap): Promise<Record<string, number>> {
  const entries = Object.entries(tensors).map(async ([name, tensor]) => {
    const [value = Number.NaN] = await tensor.data();
    return [name, value] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
