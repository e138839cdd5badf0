import type { HostTensor } from "@graft-ml/core";

const floats = new Float32Array(1);
const words = new Uint32Array(floats.buffer);

/** float32 to the nearest binary16, ties to even; too large becomes infinity. */
function toHalf(value: number): number {
  floats[0] = value;
  const word = words[0]!;
  const sign = (word >>> 16) & 0x8000;
  const size = word & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00;
  if (size >= 0x477ff000) return sign | 0x7c00;
  // Below the smallest normal half, 2^-14, steps are 2^-24 wide.
  if (size < 0x38800000) return sign | roundToEven(Math.abs(floats[0]!) * 2 ** 24);
  return sign | roundToEven((size - 0x38000000) / 2 ** 13);
}

function roundToEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  return down + (rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? 1 : 0);
}

/** Filters and matrices at half precision; biases, scales and statistics keep theirs. */
export function halved(tensor: HostTensor<"float32">): HostTensor {
  if (tensor.shape.length < 2) return tensor;
  return { dtype: "float16", shape: tensor.shape, data: Uint16Array.from(tensor.data, toHalf) };
}
