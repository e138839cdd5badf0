import { onCpu } from "../graph.js";
import { identity, NCHW, type Order, sizeOf } from "../layout.js";
import { at, type Lowering, type Operand, type Rule, rule, type TensorType } from "./rule.js";

type BatchNorm = { readonly epsilon: number };

const channelsOf = (x: TensorType): number => at(x.shape, x.shape.length - 1);
const vector = (channels: number): TensorType => ({ type: "float32", shape: [channels] });

/** Channels second, as BatchNormalization wants them: NCHW, or [rows, channels] as it is. */
function channelsSecond(rank: number): Order {
  const axes = identity(rank);
  return rank === 4 ? NCHW : [0, rank - 1, ...axes.slice(1, -1)];
}

/** Places a vector so that it broadcasts along the channels of maps that have them second. */
const alongChannels = (context: Lowering, name: string, rank: number): string =>
  context.emit("Reshape", [name, context.ints([-1, ...Array<number>(rank - 2).fill(1)])]);

const vectorOr = (context: Lowering, v: Operand | undefined, value: number, size: number) =>
  v ? context.place(v) : context.constant("float32", [size], new Float32Array(size).fill(value));

/** All axes but the channels'. */
const others = (rank: number): number[] => identity(rank).filter((axis) => axis !== 1);

const inference = rule<{ readonly varianceEpsilon: number }>({
  inputs: ["x", "scale", "offset", "mean", "variance"],
  infer: (inputs) => ({ type: "float32", shape: at(inputs, 0).shape }),
  lower(context, inputs, { varianceEpsilon }, outputs) {
    const x = at(inputs, 0);
    const size = channelsOf(x);
    const order = channelsSecond(x.shape.length);
    const y = context.emit(
      "BatchNormalization",
      [
        context.place(x, order),
        vectorOr(context, inputs[1], 1, size),
        vectorOr(context, inputs[2], 0, size),
        context.place(at(inputs, 3)),
        context.place(at(inputs, 4)),
      ],
      { epsilon: { float: varianceEpsilon } },
    );
    return context.result(y, at(outputs, 0), order);
  },
});

/**
 * Momentum 0 makes the operator's running statistics the batch's own, whatever the old ones are. ONNX
 * Runtime writes the new over the old: these may not be a constant, nor anything that another
 * normalisation reads. What depends on x alone is safe, since the same x has the same statistics.
 */
function trainNative(
  context: Lowering,
  x: string,
  affine: readonly string[],
  { epsilon, rank }: { epsilon: number; rank: number },
) {
  const axes = others(rank);
  const starts = context.ints(axes.map(() => 0));
  const ends = context.ints(axes.map(() => 1));
  const corner = context.emit("Slice", [x, starts, ends, context.ints(axes)]);
  const flat = context.emit("Reshape", [corner, context.ints([-1])]);
  const old = [context.emit("Abs", [flat]), context.emit("Neg", [flat])];
  return context.emitMany("BatchNormalization", [x, ...affine, ...old], 3, {
    epsilon: { float: epsilon },
    momentum: { float: 0 },
    training_mode: 1,
  });
}

/** Where training_mode is refused (ONNX Runtime 1.14, and on WebGPU): two passes for the statistics. */
function trainPortable(
  context: Lowering,
  x: string,
  [scale, offset]: readonly string[],
  epsilon: number,
  { rank, count }: { rank: number; count: number },
): string[] {
  const mean = (of: string) =>
    context.emit("Mul", [
      context.emit("ReduceSum", [of, context.ints(others(rank))], { keepdims: 0 }),
      context.scalar(1 / count),
    ]);
  const average = mean(x);
  const centred = context.emit("Sub", [x, alongChannels(context, average, rank)]);
  const variance = mean(context.emit("Mul", [centred, centred]));
  const inputs = [x, scale as string, offset as string, average, variance];
  const y = context.emit("BatchNormalization", inputs, { epsilon: { float: epsilon } });
  return [y, average, variance];
}

const train = rule<BatchNorm>({
  inputs: ["x", "scale", "offset"],
  infer(inputs) {
    const x = at(inputs, 0);
    const channels = vector(channelsOf(x));
    return [{ type: "float32", shape: x.shape }, channels, channels];
  },
  lower(context, inputs, { epsilon }, outputs) {
    const x = at(inputs, 0);
    const rank = x.shape.length;
    const size = channelsOf(x);
    const order = channelsSecond(rank);
    const placed = context.place(x, order);
    const affine = [context.place(at(inputs, 1)), context.place(at(inputs, 2))];
    const made = onCpu(context.target)
      ? trainNative(context, placed, affine, { epsilon, rank })
      : trainPortable(context, placed, affine, epsilon, {
          rank,
          count: sizeOf(x.shape) / size,
        });
    return outputs.map((type, index) =>
      context.result(made[index] as string, type, index === 0 ? order : [0]),
    );
  },
});

/**
 * dx = scale * rstd * (dy - BatchNormalization(x; scale: mean of dy * xhat, offset: mean of dy)): the
 * operator makes the bracket's second part in one pass. The sum of dy * xhat is had from that of dy * x.
 */
const trainGradient = rule<BatchNorm>({
  inputs: ["x", "dy", "scale", "mean", "variance"],
  infer(inputs) {
    const x = at(inputs, 0);
    const channels = vector(channelsOf(x));
    return [{ type: "float32", shape: x.shape }, channels, channels];
  },
  lower(context, inputs, { epsilon }, outputs) {
    const x = at(inputs, 0);
    const rank = x.shape.length;
    const order = channelsSecond(rank);
    const count = context.scalar(channelsOf(x) / sizeOf(x.shape));
    const [xs, dys] = [context.place(x, order), context.place(at(inputs, 1), order)];
    const [scale, mean, variance] = [2, 3, 4].map((index) => context.place(at(inputs, index))) as [
      string,
      string,
      string,
    ];
    const { emit } = context;
    const sum = (of: string) =>
      emit("ReduceSum", [of, context.ints(others(rank))], { keepdims: 0 });
    const deviation = emit("Sqrt", [emit("Add", [variance, context.scalar(epsilon)])]);
    const doffset = sum(dys);
    const centred = emit("Sub", [sum(emit("Mul", [dys, xs])), emit("Mul", [mean, doffset])]);
    const dscale = emit("Div", [centred, deviation]);
    const means = [dscale, doffset].map((total) => emit("Mul", [total, count]));
    const alike = emit("BatchNormalization", [xs, ...means, mean, variance], {
      epsilon: { float: epsilon },
    });
    const factor = alongChannels(context, emit("Div", [scale, deviation]), rank);
    const dx = emit("Mul", [emit("Sub", [dys, alike]), factor]);
    return [dx, dscale, doffset].map((name, index) =>
      context.result(name, at(outputs, index), index === 0 ? order : [0]),
    );
  },
});

/** Batch norm; the kernels of FUSED.md beside tfjs's own. */
export const normRules: Readonly<Record<string, Rule>> = {
  FusedBatchNorm: inference,
  BatchNormTrain: train,
  BatchNormTrainGrad: trainGradient,
};
