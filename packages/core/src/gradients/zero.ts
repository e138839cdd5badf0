import * as tf from "@tensorflow/tfjs-core";
import type { Rule, Rules } from "./rule.js";

/** Steps are flat wherever they have a derivative; a tape that crosses them needs the zeros. */
const flat = (...names: string[]): Rule => ({
  inputsToSave: names,
  gradFunc: (_, inputs) =>
    Object.fromEntries(
      names.map((name, index) => [name, () => tf.zeros(inputs[index]!.shape, "float32")]),
    ),
});

const named = (kernels: readonly string[], rule: Rule): Rules =>
  Object.fromEntries(kernels.map((kernel) => [kernel, rule]));

/** Kernels whose gradient is zero. tfjs-core has none at all for the comparisons. */
export const zeroRules: Rules = {
  ...named(["Ceil", "Floor", "Round", "Sign", "Step"], flat("x")),
  ...named(["IsFinite", "IsInf", "IsNan", "LogicalNot", "All", "Any"], flat("x")),
  ...named(["ArgMax", "ArgMin", "OnesLike", "ZerosLike"], flat("x")),
  ...named(["Equal", "NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual"], flat("a", "b")),
  ...named(["LogicalAnd", "LogicalOr", "FloorDiv"], flat("a", "b")),
  OneHot: flat("indices"),
};
