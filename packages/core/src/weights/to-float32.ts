import { allocate } from "./dtype.js";
import { halfToNumber } from "./half.js";
import type { HostTensor } from "./host-tensor.js";

/**
 * The same numbers as float32, in which programs compute; float32 itself is not copied. float64 and
 * large integers are rounded. `shared` puts them on a SharedArrayBuffer.
 */
export function toFloat32(
  tensor: HostTensor,
  options: { shared?: boolean } = {},
): HostTensor<"float32"> {
  const { shape, data } = tensor;
  const shared = options.shared ?? false;
  const isThere = !shared || data.buffer instanceof SharedArrayBuffer;
  if (tensor.dtype === "float32" && isThere) return tensor;
  const floats = new Float32Array(allocate(4 * data.length, shared));
  convert(tensor, floats);
  return { dtype: "float32", shape, data: floats };
}

function convert(tensor: HostTensor, into: Float32Array): void {
  switch (tensor.dtype) {
    case "float16":
      tensor.data.forEach((bits, i) => {
        into[i] = halfToNumber(bits);
      });
      return;
    case "bfloat16": {
      // The upper half of a float32's bits.
      const words = new Uint32Array(into.buffer, into.byteOffset, into.length);
      tensor.data.forEach((bits, i) => {
        words[i] = bits << 16;
      });
      return;
    }
    case "int64":
    case "uint64":
      tensor.data.forEach((value, i) => {
        into[i] = Number(value);
      });
      return;
    default:
      into.set(tensor.data);
  }
}
