import type { backend_util } from "@tensorflow/tfjs-core";
import type { Attributes } from "./rule.js";

export type Padding = "same" | "valid" | number | backend_util.ExplicitPadding;

type Options = {
  readonly strides: number | readonly number[];
  readonly rounding?: string | undefined;
};

/**
 * Padding as a program states it. Unlike the cells that the last window needs, it does not change
 * with the size of the map, so that one graph can serve maps of any size. Undefined where
 * only the cells will do: where tfjs is told to round up (ONNX rounds down), and for "same" without
 * strides, whose cells are the same at every size and which ONNX Runtime refuses beside dilations.
 */
export function statedPadding(pad: Padding, options: Options): Attributes | undefined {
  const { strides, rounding = "floor" } = options;
  const dense = [strides].flat().every((stride) => stride === 1);
  if (pad === "same") return dense ? undefined : { auto_pad: "SAME_UPPER" };
  if (pad === "valid") return { pads: [0, 0, 0, 0] };
  if (rounding !== "floor") return undefined;
  if (typeof pad === "number") return { pads: [pad, pad, pad, pad] };
  const [, rows, columns] = pad;
  return { pads: [rows[0], columns[0], rows[1], columns[1]] };
}
