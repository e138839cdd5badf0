import "@tensorflow/tfjs-backend-cpu";
import { conv, gelu, globalAveragePool, layerNorm, linear, maxPool, relu } from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { compileDynamic } from "./compile-dynamic.js";
import { printGraph } from "./print.js";
import { integers, numbers, runModel } from "./testing/onnxruntime.js";
import type { InputSpec, TracedFunction } from "./trace.js";
import type { Sizes } from "./unify/expression.js";
import { type HostArrays, verify } from "./verify.js";

type Tensors = Record<string, tf.Tensor>;
const weight = (shape: number[], seed: number): InputSpec => ({
  type: "float32",
  shape,
  data: numbers(shape, { seed, scale: 0.5 }).data,
});

const convolutionWeights = {
  w1: weight([4, 3, 3, 3], 1),
  b1: weight([4], 2),
  w2: weight([6, 4, 3, 3], 3),
  fc: weight([5, 6], 4),
};
const pictures = ({ batch = 1, height = 9, width = 9 }: Sizes): Record<string, InputSpec> => ({
  x: { type: "float32", shape: [batch, height, width, 3] },
  ...convolutionWeights,
});

function classifier({ x, w1, b1, w2, fc }: Tensors): Tensors {
  const a = relu(
    conv({ weight: w1 as tf.Tensor4D, bias: b1 as tf.Tensor1D }, x as tf.Tensor4D, {
      pad: 1,
      stride: 2,
    }),
  );
  const b = conv({ weight: w2 as tf.Tensor4D }, maxPool(a, { size: 3, stride: 2, pad: 1 }), {
    pad: 1,
  });
  const map = tf.mul<tf.Tensor4D>(b, tf.sigmoid(tf.mean(b, [1, 2], true)));
  const [, rows, columns] = map.shape as [number, number, number, number];
  return {
    logits: linear({ weight: fc as tf.Tensor2D }, globalAveragePool(map)),
    pixels: tf.reshape(map, [-1, rows * columns, 6]),
  };
}

const tokens = ({ batch = 1, length = 4 }: Sizes): Record<string, InputSpec> => ({
  ids: { type: "int32", shape: [batch, length] },
  table: weight([11, 6], 1),
  positions: weight([32, 6], 2),
  scale: weight([6], 3),
  offset: weight([6], 4),
  query: weight([6, 6], 5),
  up: weight([13, 6], 6),
});

function encoder({ ids, table, positions, scale, offset, query, up }: Tensors): Tensors {
  const [batch, length] = (ids as tf.Tensor2D).shape;
  const place = tf.gather(positions as tf.Tensor2D, tf.range(0, length, 1, "int32"));
  const sum = tf.add(tf.gather(table as tf.Tensor2D, ids as tf.Tensor2D), place);
  const x = layerNorm({ weight: scale as tf.Tensor1D, bias: offset as tf.Tensor1D }, sum);
  const heads = tf.transpose(
    tf.reshape(linear({ weight: query as tf.Tensor2D }, x), [batch, length, 2, 3]),
    [0, 2, 1, 3],
  );
  const mixed = tf.matMul(tf.softmax(tf.matMul(heads, heads, false, true)), heads);
  const y = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch, length, 6]);
  return {
    y: gelu(linear({ weight: up as tf.Tensor2D }, y)),
    mean: tf.div(tf.sum(y, [0, 1]), batch * length),
  };
}

/** The errors of one dynamic model, run at sizes that it was not traced at. */
async function errorsAt(
  fn: TracedFunction,
  specs: (sizes: Sizes) => Record<string, InputSpec>,
  options: { sizes: Record<string, readonly [number, number]>; at: Sizes[] },
): Promise<number[]> {
  const compiled = compileDynamic(fn, specs, { sizes: options.sizes });
  const errors: number[] = [];
  for (const sizes of options.at) {
    const inputs = Object.fromEntries(
      Object.entries(specs(sizes)).map(([name, { type, shape, data }]) => {
        const made = type === "int32" ? integers(shape, 0, 11, 7) : numbers(shape, { seed: 8 });
        return [name, data ? { type, shape, data } : made];
      }),
    ) as HostArrays;
    const run = (_: unknown, feeds: HostArrays) =>
      runModel(compiled, narrowed(compiled.graph.inputs, feeds));
    const report = await verify(fn, inputs, { run, target: "portable" });
    errors.push(report.worst.relative);
  }
  return errors;
}

/** The dynamic model holds its weights; the model that verify compiles takes them as inputs. */
const narrowed = (inputs: readonly { name: string }[], feeds: HostArrays): HostArrays =>
  Object.fromEntries(inputs.map(({ name }) => [name, feeds[name] as HostArrays[string]]));

test("one portable model serves every batch size", async () => {
  const errors = await errorsAt(classifier, pictures, {
    sizes: { batch: [5, 7] },
    at: [{ batch: 1 }, { batch: 3 }, { batch: 7 }],
  });
  expect(Math.max(...errors)).toBeLessThan(1e-6);
});

test("one portable model serves every height and width", async () => {
  const errors = await errorsAt(classifier, pictures, {
    sizes: { batch: [5, 7], height: [17, 37], width: [23, 29] },
    at: [
      { batch: 1, height: 9, width: 12 },
      { batch: 2, height: 20, width: 31 },
    ],
  });
  expect(Math.max(...errors)).toBeLessThan(1e-6);
});

test("one portable model serves every batch and sequence length", async () => {
  const errors = await errorsAt(encoder, tokens, {
    sizes: { batch: [5, 7], length: [17, 23] },
    at: [
      { batch: 1, length: 1 },
      { batch: 3, length: 8 },
      { batch: 7, length: 32 },
    ],
  });
  expect(Math.max(...errors)).toBeLessThan(1e-6);
});

test("inputs and outputs of a dynamic model say their sizes by name", () => {
  const { graph } = compileDynamic(classifier, pictures, {
    sizes: { batch: [5, 7], height: [17, 37], width: [23, 29] },
  });
  const text = printGraph(graph)
    .split("\n")
    .filter((line) => /put |Shape|Concat|size|Reshape/.test(line));
  expect(`\n${text.join("\n")}`).toMatchInlineSnapshot(`
    "
      input x: float32[batch, height, width, 3]
      %0 = Shape(x)
      %2 = Concat(%1, [6], [-1]) {axis=0}
      %4 = Reshape([-0.06052374, -0.2487484, -0.4118357, -0.233297], [-1])
      %13 = Reshape(%11, %2)
      output logits: float32[batch, 5]
      output pixels: float32[batch, pixels.1, 6]"
  `);
});

test("a program that branches on a size is refused, with what differs", () => {
  const branching = ({ x }: Tensors): Tensors => ({
    y: (x?.shape[0] ?? 0) > 6 ? tf.relu(x as tf.Tensor) : tf.tanh(x as tf.Tensor),
  });
  const specs = ({ batch = 1 }): Record<string, InputSpec> => ({
    x: { type: "float32", shape: [batch, 2] },
  });
  expect(() => compileDynamic(branching, specs, { sizes: { batch: [5, 7] } })).toThrowError(
    'The traces differ in an operation: {"op":"Tanh","attributes":{},"inputs":1,"outputs":1} and {"op":"Relu"',
  );
});

test("a size that follows no expression is refused, with its values", () => {
  const table = [0, 0, 0, 0, 0, 10, 0, 14, 0, 22].map((size) => new Float32Array(size));
  const odd = ({ x }: Tensors): Tensors => {
    const size = table[x?.shape[0] ?? 0]?.length ?? 0;
    return { y: tf.broadcastTo(tf.sum(x as tf.Tensor), [size]) };
  };
  const specs = ({ batch = 1 }): Record<string, InputSpec> => ({
    x: { type: "float32", shape: [batch] },
  });
  expect(() => compileDynamic(odd, specs, { sizes: { batch: [5, 7] } })).toThrowError(
    'The traces differ in a constant of Expand: {"type":"int64","shape":[1],"data":["10"]}',
  );
});
