import type { DType, HostTensor } from "./host-tensor.js";

/** Bytes of one element. */
export const dtypeBytes: Readonly<Record<DType, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  uint64: 8,
  int32: 4,
  uint32: 4,
  int16: 2,
  uint16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
};

/** How many elements a shape holds; a scalar's shape is empty. */
export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

/** The bytes of an array, without a copy. */
export const bytesOf = (tensor: HostTensor): Uint8Array =>
  new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);

/** An array over `buffer` from `offset`, without a copy; the offset must suit the dtype. */
export function viewTensor(
  dtype: DType,
  shape: readonly number[],
  buffer: ArrayBufferLike,
  offset: number,
): HostTensor {
  const length = sizeOf(shape);
  switch (dtype) {
    case "float64":
      return { dtype, shape, data: new Float64Array(buffer, offset, length) };
    case "float32":
      return { dtype, shape, data: new Float32Array(buffer, offset, length) };
    case "int64":
      return { dtype, shape, data: new BigInt64Array(buffer, offset, length) };
    case "uint64":
      return { dtype, shape, data: new BigUint64Array(buffer, offset, length) };
    case "int32":
      return { dtype, shape, data: new Int32Array(buffer, offset, length) };
    case "uint32":
      return { dtype, shape, data: new Uint32Array(buffer, offset, length) };
    case "int16":
      return { dtype, shape, data: new Int16Array(buffer, offset, length) };
    case "int8":
      return { dtype, shape, data: new Int8Array(buffer, offset, length) };
    case "float16":
    case "bfloat16":
    case "uint16":
      return { dtype, shape, data: new Uint16Array(buffer, offset, length) };
    case "uint8":
    case "bool":
      return { dtype, shape, data: new Uint8Array(buffer, offset, length) };
  }
}

export const allocate = (bytes: number, shared: boolean): ArrayBufferLike =>
  shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
