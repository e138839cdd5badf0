import "@tensorflow/tfjs-backend-cpu";
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { numbers } from "../testing/onnxruntime.js";
import type { TracedFunction } from "../trace.js";
import { compileGraphModel } from "./graph-model.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const specs =
  (shape: readonly number[]) =>
  ({ batch }: { batch: number }) => ({ x: { shape: [batch, ...shape], type: "float32" } as const });

/** The largest difference between the program and its model as tfjs's own reader runs it, at batch 1 and 4. */
async function difference(fn: TracedFunction, shape: readonly number[]): Promise<number> {
  const { json, files } = compileGraphModel(fn, specs(shape));
  const { weightsManifest, ...rest } = JSON.parse(JSON.stringify(json));
  const weightData = new Uint8Array(Buffer.concat(files.map(({ data }) => data))).buffer;
  const [{ weights: weightSpecs, paths }] = weightsManifest;
  expect(paths).toEqual(files.map(({ path }) => path));
  const model = await loadGraphModel({ load: async () => ({ ...rest, weightSpecs, weightData }) });
  const gaps = [1, 4].map((batch) =>
    tf.tidy(() => {
      const { data } = numbers([batch, ...shape]);
      const x = tf.tensor(data as Float32Array, [batch, ...shape]);
      const want = fn({ x }, { input: () => x }).y as tf.Tensor;
      const got = model.predict(x) as tf.Tensor;
      expect(got.shape).toEqual(want.shape);
      return tf.max(tf.abs(tf.sub(got, want))).dataSync()[0]!;
    }),
  );
  model.dispose();
  return Math.max(...gaps);
}

const weights = (shape: readonly number[], seed: number): tf.Tensor =>
  tf.tensor(numbers(shape, { seed, scale: 0.5 }).data as Float32Array, [...shape]);

const map = ({ x }: Record<string, tf.Tensor>) => x as tf.Tensor4D;

const programs: Readonly<Record<string, TracedFunction>> = {
  "convolutions with every padding": (inputs) => {
    const explicit = tf.conv2d(map(inputs), weights([3, 3, 3, 4], 1) as tf.Tensor4D, 2, 1);
    const same = tf.conv2d(explicit, weights([2, 2, 4, 4], 2) as tf.Tensor4D, 1, "same");
    const sided = [
      [0, 0],
      [0, 1],
      [1, 0],
      [0, 0],
    ] as tf.backend_util.ExplicitPadding;
    const filter = weights([2, 2, 4, 1], 3) as tf.Tensor4D;
    return { y: tf.relu6(tf.depthwiseConv2d(same, filter, 1, sided)) };
  },
  "pools whose padding never wins": (inputs) => ({
    y: tf.avgPool(tf.maxPool(tf.sub(map(inputs), 9), 3, 2, 1), 2, 1, "same"),
  }),
  "reshapes and slices with the batch in them": (inputs) => {
    const [batch = 0] = inputs.x!.shape;
    const half = tf.slice(map(inputs), [0, 0, 0, 1], [batch, 8, 10, 2]);
    const padded = tf.pad(
      half,
      [
        [0, 0],
        [1, 0],
        [0, 0],
        [0, 0],
      ],
      2,
    );
    const rows = tf.reshape(tf.concat([padded, padded], 1), [batch, 360]);
    return {
      y: tf.leakyRelu(
        tf.matMul(rows as tf.Tensor2D, weights([5, 360], 4) as tf.Tensor2D, false, true),
        0.1,
      ),
    };
  },
  "splits, reductions and what is constant": (inputs) => {
    const scale = tf.rsqrt(tf.add(tf.abs(weights([3], 5)), 1));
    const [a, b, c] = tf.split(tf.mul(map(inputs), scale), 3, 3);
    return { y: tf.add(tf.mean(tf.sub(a!, b!), [1, 2]), tf.max(c!, [1, 2])) };
  },
};

for (const [what, program] of Object.entries(programs)) {
  test(`tfjs's reader gives the same: ${what}`, async () => {
    expect(await difference(program, [8, 10, 3])).toBeLessThan(1e-5);
  });
}

test("what reads constants only is computed beforehand", () => {
  const fn: TracedFunction = ({ x }) => ({
    y: tf.mul(x!, tf.rsqrt(tf.transpose(tf.abs(weights([3, 1], 1)), [1, 0]))),
  });
  const { json } = compileGraphModel(fn, specs([3]));
  const { node } = (json as { modelTopology: { node: { op: string }[] } }).modelTopology;
  expect(node.map(({ op }) => op)).toEqual(["Const", "Placeholder", "Mul", "Identity"]);
});

test("a kernel that no operation stands for is named; so is a constant that follows the batch", () => {
  const compile = (fn: TracedFunction) => () => compileGraphModel(fn, specs([3]));
  expect(compile(({ x }) => ({ y: tf.erf(x!) }))).toThrow(/"Erf"/);
  expect(compile(({ x }) => ({ y: tf.add(x!, tf.ones(x!.shape)) }))).toThrow(/Fill depends on the/);
});

test("leaves no tensors behind", () => {
  const { numTensors } = tf.memory();
  compileGraphModel(({ x }) => ({ y: tf.add(x!, tf.square(tf.scalar(2))) }), specs([3]));
  expect(tf.memory().numTensors).toBe(numTensors);
});
