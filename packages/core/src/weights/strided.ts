import { allocate, dtypeBytes, sizeOf, viewTensor } from "./dtype.js";
import type { DType, HostTensor } from "./host-tensor.js";

/** An array whose elements lie apart; strides count elements and are not negative. */
export type Strided = {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
};

/** The elements of a strided view in row-major order, from the bytes that it spans.
 * Its strides must stay within these. */
export function gather(tensor: Strided, span: Uint8Array, shared: boolean): HostTensor {
  const { dtype } = tensor;
  const buffer = allocate(sizeOf(tensor.shape) * dtypeBytes[dtype], shared);
  const { shape, strides, width } = asWords(tensor);
  const from = words(width, span.slice().buffer);
  const into = words(width, buffer);
  const inner = shape.length - 1;
  let written = 0;
  const copy = (axis: number, at: number): void => {
    const [size, stride] = [shape[axis] ?? 1, strides[axis] ?? 0];
    for (let i = 0; i < size; i++) {
      if (axis < inner) copy(axis + 1, at + i * stride);
      else into[written++] = from[at + i * stride] ?? 0;
    }
  };
  copy(0, 0);
  return viewTensor(dtype, tensor.shape, buffer, 0);
}

/** Elements by their width alone, since bits are moved, not numbers: 8 bytes are an axis of two words. */
function asWords({ dtype, shape, strides }: Strided) {
  const width = dtypeBytes[dtype];
  if (width < 8) return { shape, strides, width };
  const doubled = strides.map((stride) => 2 * stride);
  return { shape: [...shape, 2], strides: [...doubled, 1], width: 4 };
}

function words(width: number, buffer: ArrayBufferLike): Uint8Array | Uint16Array | Uint32Array {
  if (width === 1) return new Uint8Array(buffer);
  return width === 2 ? new Uint16Array(buffer) : new Uint32Array(buffer);
}
