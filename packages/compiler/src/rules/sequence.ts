import { util } from "@tensorflow/tfjs-core";
import { constantOperand, scalarOf } from "../constants.js";
import { splat } from "./broadcast.js";
import { castTo } from "./cast.js";
import { at, type Rule, rule, type TensorType } from "./rule.js";

const filled = (type: TensorType["type"], values: readonly number[]) => {
  const data = type === "int32" ? Int32Array.from(values) : Float32Array.from(values);
  return constantOperand({ type, shape: [values.length], data });
};

const rangeValues = ({
  start,
  stop,
  step,
}: {
  start: number;
  stop: number;
  step: number;
}): number[] => {
  const count = Math.max(0, Math.ceil((stop - start) / step));
  return Array.from({ length: count }, (_, index) => start + index * step);
};

/** Kernels that make tensors of nothing, and those that run along an axis in order. */
export const sequenceRules: Readonly<Record<string, Rule>> = {
  Fill: rule<{ shape: number[]; value: number; dtype?: TensorType["type"] }>({
    inputs: [],
    infer: (_, { shape, dtype }) => ({ type: dtype ?? "float32", shape }),
    lower: (_, __, { value }, outputs) => {
      const output = at(outputs, 0);
      return splat(Number(scalarOf(output.type, value)[0]), output);
    },
  }),
  Range: rule<{ start: number; stop: number; step: number; dtype?: TensorType["type"] }>({
    inputs: [],
    infer: (_, attributes) => ({
      type: attributes.dtype ?? "float32",
      shape: [rangeValues(attributes).length],
    }),
    lower: (_, __, attributes) => filled(attributes.dtype ?? "float32", rangeValues(attributes)),
  }),
  LinSpace: rule<{ start: number; stop: number; num: number }>({
    inputs: [],
    infer: (_, { num }) => ({ type: "float32", shape: [num] }),
    lower: (_, __, { start, stop, num }) => {
      const step = num === 1 ? 0 : (stop - start) / (num - 1);
      return filled(
        "float32",
        Array.from({ length: num }, (___, index) => start + index * step),
      );
    },
  }),
  Cumsum: rule<{ axis: number; exclusive: boolean; reverse: boolean }>({
    inputs: ["x"],
    infer: (inputs) => at(inputs, 0),
    lower(context, inputs, { axis, exclusive, reverse }, outputs) {
      const x = at(inputs, 0);
      const [place] = util.parseAxisParam(axis, [...x.shape]);
      const along = context.scalar(x.order.indexOf(place ?? 0), "int64");
      const name = context.emit("CumSum", [context.place(x, x.order), along], {
        exclusive: Number(exclusive),
        reverse: Number(reverse),
      });
      return context.result(name, at(outputs, 0), x.order);
    },
  }),
  TopK: rule<{ k: number; sorted: boolean }>({
    inputs: ["x"],
    infer: (inputs, { k }) => {
      const x = at(inputs, 0);
      const shape = [...x.shape.slice(0, -1), k];
      return [
        { type: x.type, shape },
        { type: "int32", shape },
      ];
    },
    lower(context, inputs, { k, sorted }, outputs) {
      const [values, indices] = context.emitMany(
        "TopK",
        [context.place(at(inputs, 0)), context.ints([k])],
        2,
        { axis: -1, sorted: Number(sorted) },
      );
      const places = context.result(indices as string, {
        type: "int64",
        shape: at(outputs, 1).shape,
      });
      return [context.result(values as string, at(outputs, 0)), castTo(context, places, "int32")];
    },
  }),
};
