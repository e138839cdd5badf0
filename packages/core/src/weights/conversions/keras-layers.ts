import type { Layout } from "./layout.js";
import type { Rule } from "./table.js";

/** Kinds of layers: what their variables are called, and become. */
type Kind = "conv" | "depthwise" | "norm" | "linear" | "flat-linear" | "pointwise-linear";

/** A Keras layer and the prefix that its weights have here. */
export type Layer = readonly [layer: string, kind: Kind, prefix: string];

type Variable = {
  readonly keras: string;
  readonly keras1: string;
  readonly ours: string;
  layout?: Layout;
};

const bias: Variable = { keras: "bias", keras1: "b", ours: "bias" };
const kernel = (layout: Layout): readonly Variable[] => [
  { keras: "kernel", keras1: "W", ours: "weight", layout },
  bias,
];

const variables: Readonly<Record<Kind, readonly Variable[]>> = {
  conv: kernel("conv"),
  depthwise: [
    { keras: "depthwise_kernel", keras1: "W", ours: "weight", layout: "depthwise" },
    bias,
  ],
  linear: kernel("linear"),
  "flat-linear": kernel("flat-map-7x7"),
  "pointwise-linear": kernel("pointwise-linear"),
  norm: [
    { keras: "gamma", keras1: "gamma", ours: "weight" },
    { keras: "beta", keras1: "beta", ours: "bias" },
    { keras: "moving_mean", keras1: "running_mean", ours: "running_mean" },
    // Keras 1 calls it "std", and means the variance.
    { keras: "moving_variance", keras1: "running_std", ours: "running_var" },
  ],
};

/** Rules for layers as Keras 2 and 3 name their variables, and as Keras 1 did. */
export const layerRules = (layers: readonly Layer[]): readonly Rule[] =>
  layers.flatMap(([layer, kind, prefix]) =>
    variables[kind].flatMap(({ keras, keras1, ours, layout }): Rule[] => {
      const rule = { to: `${prefix}.${ours}`, ...(layout ? { layout } : {}) };
      return [
        { ...rule, from: `${layer}/${keras}` },
        { ...rule, from: `${layer}/${layer}_${keras1}` },
        { ...rule, from: `${layer}/${layer}_${keras1}_1` },
      ];
    }),
  );

/** TensorFlow's names have a slash in them, PyTorch's never. */
export const kerasMark = /\//;
