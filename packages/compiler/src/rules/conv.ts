import { CompileError } from "../errors.js";
import { NCHW, OIHW } from "../layout.js";
import { always, choose, type Formulation, type FormulationInputs } from "./formulation.js";
import { at, type Lowering, type Operand, type Rule, rule, type TensorType } from "./rule.js";
import {
  type ConvAttributes,
  convWindow,
  dilations,
  outShape,
  slidingAttributes,
} from "./window.js";
import { winograd } from "./winograd.js";
import { winogradColumns } from "./winograd-columns.js";

type FusedAttributes = ConvAttributes & { readonly activation?: string };

/** [channels, multiplier, height, width] of a depthwise filter (height, width, channels, multiplier). */
export const DEPTHWISE = [2, 3, 0, 1] as const;

type Kind = { readonly kernel: string; readonly depthwise: boolean };

function infer({ kernel, depthwise }: Kind) {
  return (inputs: readonly TensorType[], attributes: FusedAttributes): TensorType => {
    const [x, filter] = [at(inputs, 0), at(inputs, 1)];
    const window = convWindow(kernel, x.shape, filter.shape, attributes, depthwise);
    return { type: "float32", shape: outShape(window) };
  };
}

/** A filter as Conv takes it: OIHW, or [channels * multiplier, 1, height, width]. */
export function placeFilter(context: Lowering, filter: Operand, depthwise: boolean): string {
  if (!depthwise) return context.place(filter, OIHW);
  const placed = context.place(filter, DEPTHWISE);
  const [height = 1, width = 1, channels = 1, multiplier = 1] = filter.shape;
  if (multiplier === 1) return placed;
  return context.emit("Reshape", [placed, context.ints([channels * multiplier, 1, height, width])]);
}

const activations: Readonly<Record<string, (context: Lowering, name: string) => string>> = {
  linear: (_, name) => name,
  relu: (context, name) => context.emit("Relu", [name]),
  relu6: (context, name) => context.emit("Clip", [name, context.scalar(0), context.scalar(6)]),
};

/** ONNX's own, with the bias that it adds for nothing. */
const direct = (depthwise: boolean): Formulation => ({
  name: "Conv",
  when: always,
  emit(context, [x, filter, bias], window) {
    const operands = [context.place(x, NCHW), placeFilter(context, filter, depthwise)];
    if (bias) operands.push(context.place(bias));
    const name = context.emit("Conv", operands, {
      ...slidingAttributes(window),
      ...dilations(window),
      group: depthwise ? window.channels : 1,
    });
    return { name, order: NCHW };
  },
});

/** Ways to a convolution, from (x, filter) or (x, filter, bias). */
export const convolutions: readonly Formulation[] = [winograd, winogradColumns, direct(false)];
export const depthwiseConvolutions: readonly Formulation[] = [direct(true)];

/** Convolution, bias and activation; maps stay NCHW, so Conv + Relu fuse. */
function convolution(kind: Kind, inputNames: readonly string[]): Rule {
  const { kernel, depthwise } = kind;
  return rule<FusedAttributes>({
    inputs: inputNames,
    infer: infer(kind),
    lower(context, inputs, attributes, outputs) {
      const [x, filter, bias, prelu] = inputs;
      const activate = prelu ? undefined : activations[attributes.activation ?? "linear"];
      if (!x || !filter || !activate) throw unsupported(kernel, attributes);
      const window = convWindow(kernel, x.shape, filter.shape, attributes, depthwise);
      const operands: FormulationInputs = bias ? [x, filter, bias] : [x, filter];
      const table = depthwise ? depthwiseConvolutions : convolutions;
      const { name, order } = choose(table, window, context.target).emit(context, operands, window);
      return context.result(activate(context, name), at(outputs, 0), order);
    },
  });
}

function unsupported(kernel: string, { activation }: FusedAttributes): CompileError {
  return new CompileError(
    "attribute-unsupported",
    `${kernel} with the activation "${activation}" has no rule: apply the activation to the convolution's result.`,
    { details: { kernel, activation } },
  );
}

const PLAIN = ["x", "filter"];
const FUSED = [...PLAIN, "bias", "preluActivationWeights"];

export const convRules: Readonly<Record<string, Rule>> = {
  Conv2D: convolution({ kernel: "Conv2D", depthwise: false }, PLAIN),
  FusedConv2D: convolution({ kernel: "FusedConv2D", depthwise: false }, FUSED),
  DepthwiseConv2dNative: convolution({ kernel: "DepthwiseConv2dNative", depthwise: true }, PLAIN),
  FusedDepthwiseConv2D: convolution({ kernel: "FusedDepthwiseConv2D", depthwise: true }, FUSED),
};
