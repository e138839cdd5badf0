/**
 * The tables of gradient formulations, for benchmarks and tests: every way that is possible for a
 * shape, as a graph of its own.
 */
import type { Graph, Target } from "./graph.js";
import { NCHW, OIHW, type Order, permute } from "./layout.js";
import { createLowering, type Emitted } from "./lowering.js";
import { DEPTHWISE } from "./rules/conv.js";
import { filterGradients } from "./rules/conv-filter-gradient.js";
import { inputGradients } from "./rules/conv-input-gradient.js";
import { depthwiseFilterGradients, depthwiseInputGradients } from "./rules/depthwise-gradient.js";
import { choose, type Formulation, isPossible } from "./rules/formulation.js";
import { type ConvAttributes, convWindow, outShape, type Window } from "./rules/window.js";

export type { Formulation } from "./rules/formulation.js";

/** A convolution: maps (B, H, W, C), and a filter HWIO, or (H, W, channels, multiplier) if depthwise. */
export type ConvCase = {
  readonly x: readonly [number, number, number, number];
  readonly filter: readonly [number, number, number, number];
  readonly attributes: ConvAttributes;
  readonly depthwise?: boolean;
};

export type GradientOf = "input" | "filter";

const tables = {
  input: { plain: inputGradients, depthwise: depthwiseInputGradients },
  filter: { plain: filterGradients, depthwise: depthwiseFilterGradients },
} as const;

const windowOf = ({ x, filter, attributes, depthwise = false }: ConvCase): Window =>
  convWindow("Conv2D", x, filter, attributes, depthwise);

const tableOf = (of: GradientOf, { depthwise = false }: ConvCase): readonly Formulation[] =>
  tables[of][depthwise ? "depthwise" : "plain"];

/** The formulations that compute a gradient of this convolution, and the one that the compiler takes. */
export function formulationsOf(
  of: GradientOf,
  conv: ConvCase,
): { chosen: Formulation; possible: Formulation[] } {
  const [table, window] = [tableOf(of, conv), windowOf(conv)];
  return {
    chosen: choose(table, window),
    possible: table.filter((entry) => isPossible(entry, window)),
  };
}

type Place = { readonly name: string; readonly shape: readonly number[]; readonly order: Order };

/**
 * One formulation as a graph. Inputs and output are in the layouts that they have inside a training
 * step: maps NCHW, filters OIHW. Inputs are `dy` and `filter`, or `x` and `dy`; the output is `gradient`.
 */
export function formulationGraph(
  of: GradientOf,
  formulation: Formulation,
  conv: ConvCase,
  target: Target,
): Graph {
  const window = windowOf(conv);
  const filterOrder: Order = conv.depthwise ? DEPTHWISE : OIHW;
  const dy: Place = { name: "dy", shape: outShape(window), order: NCHW };
  const x: Place = { name: "x", shape: conv.x, order: NCHW };
  const filter: Place = { name: "filter", shape: conv.filter, order: filterOrder };
  const places: [Place, Place] = of === "input" ? [dy, filter] : [x, dy];
  const wanted = of === "input" ? x : filter;
  const emitted: Emitted = { nodes: [], constants: [], values: {} };
  const context = createLowering(target, emitted);
  const held = ({ name, shape, order }: Place) =>
    context.result(name, { type: "float32", shape }, order);
  const made = formulation.emit(context, [held(places[0]), held(places[1])], window);
  const type = { type: "float32", shape: wanted.shape } as const;
  const placed = context.place(context.result(made.name, type, made.order), wanted.order);
  emitted.nodes.push({
    op: "Identity",
    domain: "",
    inputs: [placed],
    outputs: ["gradient"],
    attributes: {},
  });
  const value = ({ name, shape, order }: Place) =>
    ({ name, type: "float32", shape: permute(shape, order) }) as const;
  return {
    name: formulation.name,
    inputs: places.map(value),
    outputs: [value({ ...wanted, name: "gradient" })],
    ...emitted,
  };
}
