// The kernels around convolutions (relu's gradient, batch norm in training and its gradient): the project's
// fused kernels against the same in plain operations, both compiled, on two threads.
//   pnpm --filter @graft-ml/benchmarks exec tsx convolution-kernels.ts
import { compile, type TracedFunction } from "@graft-ml/compiler";
import * as tf from "@tensorflow/tfjs-core";
import { markdownTable, type Row, writeResult } from "./lib/report.js";
import { type Candidate, loadNote, timeModels } from "./lib/time-models.js";

const ROUNDS = 9;
const EPSILON = 1e-5;

type Ways = Readonly<Record<string, TracedFunction>>;
type Inputs = Readonly<Record<string, readonly number[]>>;

const kernel = (name: string, inputs: tf.NamedTensorMap, attributes = {}) =>
  tf.engine().runKernel<tf.Tensor | tf.Tensor[]>(name, inputs, attributes);
const list = (tensors: tf.Tensor | tf.Tensor[], names: readonly string[]) =>
  Object.fromEntries(
    (Array.isArray(tensors) ? tensors : [tensors]).map((tensor, index) => [
      names[index] as string,
      tensor,
    ]),
  );
const pick = (t: Record<string, tf.Tensor>, names: readonly string[]): tf.NamedTensorMap =>
  Object.fromEntries(names.map((name) => [name, t[name] as tf.Tensor]));

/** All maps arrive as NCHW, as they do inside a step. */
const nhwc = (x: tf.Tensor | undefined): tf.Tensor => tf.transpose(x as tf.Tensor, [0, 2, 3, 1]);
const nchw = (x: tf.Tensor): tf.Tensor => tf.transpose(x, [0, 3, 1, 2]);

const reluGradient: Ways = {
  "Where(y > 0, dy, 0)": ({ y, dy }) => ({
    dx: tf.where(tf.greater(y as tf.Tensor, 0), dy as tf.Tensor, tf.zerosLike(dy as tf.Tensor)),
  }),
  "ReluGrad: Mul by a hard sigmoid": (t) => list(kernel("ReluGrad", pick(t, ["y", "dy"])), ["dx"]),
};

const batchNorm: Ways = {
  "two passes and an affine map": ({ x: maps, scale, offset }) => {
    const x = nhwc(maps);
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    const factor = tf.mul(scale as tf.Tensor, tf.rsqrt(tf.add(variance, EPSILON)));
    const y = tf.add(tf.mul(tf.sub(x, mean), factor), offset as tf.Tensor);
    return { y: nchw(y), mean, variance };
  },
  "BatchNormTrain: BatchNormalization in training mode": ({ x, scale, offset }) => {
    const inputs = { x: nhwc(x), scale: scale as tf.Tensor, offset: offset as tf.Tensor };
    const { y, ...rest } = list(kernel("BatchNormTrain", inputs, { epsilon: EPSILON }), [
      "y",
      "mean",
      "variance",
    ]);
    return { y: nchw(y as tf.Tensor), ...rest };
  },
};

const batchNormGradient: Ways = {
  "the formula, operation by operation": ({ x: maps, dy: slopes, scale, mean, variance }) => {
    const [x, dy] = [nhwc(maps), nhwc(slopes)];
    const count = x.size / (scale as tf.Tensor).size;
    const rstd = tf.rsqrt(tf.add(variance as tf.Tensor, EPSILON));
    const normal = tf.mul(tf.sub(x, mean as tf.Tensor), rstd);
    const doffset = tf.sum(dy, [0, 1, 2]);
    const dscale = tf.sum(tf.mul(dy, normal), [0, 1, 2]);
    const alike = tf.add(tf.div(doffset, count), tf.mul(normal, tf.div(dscale, count)));
    const dx = tf.mul(tf.mul(scale as tf.Tensor, rstd), tf.sub(dy, alike));
    return { dx: nchw(dx), dscale, doffset };
  },
  "BatchNormTrainGrad: one BatchNormalization for the common part": (t) => {
    const inputs = {
      ...pick(t, ["scale", "mean", "variance"]),
      x: nhwc(t.x),
      dy: nhwc(t.dy),
    };
    const { dx, ...rest } = list(kernel("BatchNormTrainGrad", inputs, { epsilon: EPSILON }), [
      "dx",
      "dscale",
      "doffset",
    ]);
    return { dx: nchw(dx as tf.Tensor), ...rest };
  },
};

const shapes = [
  [8, 256, 56, 56],
  [8, 512, 28, 28],
  [8, 1024, 14, 14],
  [8, 2048, 7, 7],
  [128, 16, 32, 32],
  [1, 256, 56, 56],
] as const;

async function measure(what: string, ways: Ways, inputs: Inputs): Promise<Row[]> {
  const specs = Object.fromEntries(
    Object.entries(inputs).map(([name, shape]) => [name, { shape, type: "float32" as const }]),
  );
  const candidates = Object.entries(ways).map(([name, way]): Candidate => {
    const { model, graph } = compile(way, specs, { target: "native" });
    const feeds = graph.inputs.map(({ name }) => ({
      name,
      shape: inputs[name] ?? [],
      positive: name === "variance",
    }));
    return { name, model, inputs: feeds };
  });
  const timings = await timeModels(candidates, ROUNDS);
  return timings.map(({ name, median, best }) => ({
    kernel: what,
    maps: Object.values(inputs)[0]?.join("x") ?? "",
    formulation: name,
    "median, ms": median.toFixed(2),
    "best, ms": best.toFixed(2),
  }));
}

const rows: Row[] = [];
for (const maps of shapes) {
  const channels = [maps[1]];
  const vectors = { scale: channels, mean: channels, variance: channels };
  rows.push(
    ...(await measure("gradient of relu", reluGradient, { y: maps, dy: maps })),
    ...(await measure("batch norm", batchNorm, { x: maps, scale: channels, offset: channels })),
    ...(await measure("gradient of batch norm", batchNormGradient, {
      x: maps,
      dy: maps,
      ...vectors,
    })),
  );
}
console.log(markdownTable(rows));
await writeResult("convolution-kernels", {
  command: "pnpm --filter @graft-ml/benchmarks exec tsx convolution-kernels.ts",
  notes: [
    `${ROUNDS} rounds in which the ways take turns; two threads, no spinning; maps are NCHW.`,
    loadNote(),
  ],
  rows,
});
