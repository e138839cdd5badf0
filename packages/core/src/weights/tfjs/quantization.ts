import { allocate } from "../dtype.js";
import type { HostTensor } from "../host-tensor.js";

/** How tfjs shrinks a weight: q * scale + min in one or two bytes, or half precision. */
export type Quantization =
  | { readonly dtype: "uint8" | "uint16"; readonly scale: number; readonly min: number }
  | { readonly dtype: "float16" };

/** The numbers that 8 or 16 bits stand for, computed in double precision as tfjs does. */
export function dequantize(
  tensor: HostTensor<"uint8"> | HostTensor<"uint16">,
  into: {
    dtype: "float32" | "int32";
    quantization: { scale: number; min: number };
    shared: boolean;
  },
): HostTensor {
  const { scale, min } = into.quantization;
  const { data, shape } = tensor;
  const buffer = allocate(4 * data.length, into.shared);
  if (into.dtype === "float32") {
    const floats = new Float32Array(buffer);
    for (let i = 0; i < data.length; i++) floats[i] = data[i]! * scale + min;
    return { dtype: "float32", shape, data: floats };
  }
  const integers = new Int32Array(buffer);
  for (let i = 0; i < data.length; i++) integers[i] = Math.round(data[i]! * scale + min);
  return { dtype: "int32", shape, data: integers };
}
