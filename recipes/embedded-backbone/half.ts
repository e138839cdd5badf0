import { type HostTensor, numberToHalf } from "@graft-ml/core";

/** Filters and matrices at half precision; biases, scales and statistics keep theirs. */
export function halved(tensor: HostTensor<"float32">): HostTensor {
  if (tensor.shape.length < 2) return tensor;
  return {
    dtype: "float16",
    shape: tensor.shape,
    data: Uint16Array.from(tensor.data, numberToHalf),
  };
}
