import { NCHW } from "../layout.js";
import { at, type Lowering, type Operand, type Rule, rule } from "./rule.js";
import {
  both,
  every,
  outShape,
  type PoolAttributes,
  poolWindow,
  reach,
  slidingAttributes,
  unreached,
  type Window,
  windowAttributes,
} from "./window.js";

const pool = (op: string): Rule =>
  rule<PoolAttributes>({
    inputs: ["x"],
    infer: ([x], attributes) => ({
      type: "float32",
      shape: outShape(poolWindow(x?.shape ?? [], attributes)),
    }),
    lower(context, inputs, attributes, outputs) {
      const x = at(inputs, 0);
      const w = poolWindow(x.shape, attributes);
      const y = context.emit(op, [context.place(x, NCHW)], slidingAttributes(w));
      return context.result(y, at(outputs, 0), NCHW);
    },
  });

const poolGradient = (
  inputs: readonly string[],
  spread: (context: Lowering, dy: string, input: Operand, w: Window) => string,
): Rule =>
  rule<PoolAttributes>({
    inputs,
    infer: (types) => ({ type: "float32", shape: at(types, 1).shape }),
    lower(context, operands, attributes, outputs) {
      const [dy, input] = [at(operands, 0), at(operands, 1)];
      const w = poolWindow(input.shape, attributes);
      const dx = spread(context, context.place(dy, NCHW), input, w);
      return context.result(dx, at(outputs, 0), NCHW);
    },
  });

/**
 * dy goes to the first largest value of each window. The indices come from a second MaxPool, which
 * the common-subexpression pass merges with the forward one.
 */
function toLargest(context: Lowering, dy: string, input: Operand, w: Window): string {
  const x = context.place(input, NCHW);
  const indices = context.emitMany("MaxPool", [x], 2, slidingAttributes(w))[1] as string;
  const flat = context.ints([-1]);
  const size = w.batch * w.channels * w.rows.size * w.columns.size;
  const overlap = !every(w, (axis) => axis.stride >= axis.taps);
  const dx = context.emit(
    "ScatterElements",
    [
      context.emit("Expand", [context.scalar(0), context.ints([size])]),
      context.emit("Reshape", [indices, flat]),
      context.emit("Reshape", [dy, flat]),
    ],
    { axis: 0, reduction: overlap ? "add" : "none" },
  );
  return context.emit("Reshape", [dx, mapShape(context, w)]);
}

const mapShape = (context: Lowering, w: Window): string =>
  context.ints([-1, w.channels, w.rows.size, w.columns.size]);

/** Windows that tile the map: each cell takes its window's share. */
const tiles = (w: Window): boolean =>
  every(w, (axis) => axis.stride === axis.taps && reach(axis) === axis.size);

/** As tfjs's kernel: divided by the full window, so the caller has to see to padding. */
function evenly(context: Lowering, dy: string, _: Operand, w: Window): string {
  const share = context.emit("Mul", [dy, context.scalar(1 / (w.rows.taps * w.columns.taps))]);
  const { rows, columns } = w;
  if (tiles(w)) {
    const cells = [w.batch, w.channels, rows.out, rows.taps, columns.out, columns.taps];
    const apart = context.ints([-1, w.channels, rows.out, 1, columns.out, 1]);
    const repeated = context.emit("Expand", [
      context.emit("Reshape", [share, apart]),
      context.ints(cells),
    ]);
    return context.emit("Reshape", [repeated, mapShape(context, w)]);
  }
  const ones = context.constant(
    "float32",
    [1, 1, rows.taps, columns.taps],
    new Float32Array(rows.taps * columns.taps).fill(1),
  );
  const maps = context.emit("Reshape", [share, context.ints([-1, 1, rows.out, columns.out])]);
  const spread = context.emit("ConvTranspose", [maps, ones], {
    ...windowAttributes(w),
    output_padding: both(w, unreached),
  });
  return context.emit("Reshape", [spread, mapShape(context, w)]);
}

export const poolRules: Readonly<Record<string, Rule>> = {
  MaxPool: pool("MaxPool"),
  AvgPool: pool("AveragePool"),
  MaxPoolGrad: poolGradient(["dy", "input", "output"], toLargest),
  AvgPoolGrad: poolGradient(["dy", "input"], evenly),
};
