/**
 * The tables of formulations, for benchmarks and tests: every way to a convolution or its gradients that is
 * possible for a shape, as a graph of its own.
 */
import type { Graph, Target } from "./graph.js";
import { NCHW, OIHW, type Order, permute } from "./layout.js";
import { createLowering, type Emitted } from "./lowering.js";
import { convolutions, DEPTHWISE, depthwiseConvolutions } from "./rules/conv.js";
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

/** A convolution, or the gradient of one of its inputs. */
export type Wanted = "output" | "input" | "filter";

const tables = {
  output: { plain: convolutions, depthwise: depthwiseConvolutions },
  input: { plain: inputGradients, depthwise: depthwiseInputGradients },
  filter: { plain: filterGradients, depthwise: depthwiseFilterGradients },
} as const;

const windowOf = ({ x, filter, attributes, depthwise = false }: ConvCase): Window =>
  convWindow("Conv2D", x, filter, attributes, depthwise);

const tableOf = (of: Wanted, { depthwise = false }: ConvCase): readonly Formulation[] =>
  tables[of][depthwise ? "depthwise" : "plain"];

/** The formulations that compute what is wanted of this convolution, and the one that the compiler takes. */
export function formulationsOf(
  of: Wanted,
  conv: ConvCase,
  target: Target,
): { chosen: Formulation; possible: Formulation[] } {
  const [table, window] = [tableOf(of, conv), windowOf(conv)];
  return {
    chosen: choose(table, window, target),
    possible: table.filter((entry) => isPossible(entry, window)),
  };
}

type Place = { readonly name: string; readonly shape: readonly number[]; readonly order: Order };

/**
 * One formulation as a graph. Inputs and output are in the layouts that they have inside a training
 * step: maps NCHW, filters OIHW. Inputs are two of `x`, `filter` and `dy`; the output is `result`.
 */
export function formulationGraph(
  of: Wanted,
  formulation: Formulation,
  conv: ConvCase,
  target: Target,
): Graph {
  const window = windowOf(conv);
  const filterOrder: Order = conv.depthwise ? DEPTHWISE : OIHW;
  const dy: Place = { name: "dy", shape: outShape(window), order: NCHW };
  const x: Place = { name: "x", shape: conv.x, order: NCHW };
  const filter: Place = { name: "filter", shape: conv.filter, order: filterOrder };
  const { places, wanted } = {
    output: { places: [x, filter], wanted: dy },
    input: { places: [dy, filter], wanted: x },
    filter: { places: [x, dy], wanted: filter },
  }[of] satisfies { places: Place[]; wanted: Place };
  const [first, second] = places as [Place, Place];
  const emitted: Emitted = { nodes: [], constants: [], values: {} };
  const context = createLowering(target, emitted);
  const held = ({ name, shape, order }: Place) =>
    context.result(name, { type: "float32", shape }, order);
  const made = formulation.emit(context, [held(first), held(second)], window);
  const type = { type: "float32", shape: wanted.shape } as const;
  const placed = context.place(context.result(made.name, type, made.order), wanted.order);
  emitted.nodes.push({
    op: "Identity",
    domain: "",
    inputs: [placed],
    outputs: ["result"],
    attributes: {},
  });
  const value = ({ name, shape, order }: Place) =>
    ({ name, type: "float32", shape: permute(shape, order) }) as const;
  return {
    name: formulation.name,
    inputs: places.map(value),
    outputs: [value({ ...wanted, name: "result" })],
    ...emitted,
  };
}
