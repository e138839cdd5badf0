import { allocate } from "./dtype.js";
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

/** IEEE 754 binary16: 1 sign bit, 5 of exponent, 10 of fraction. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
