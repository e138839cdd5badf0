import "@tensorflow/tfjs-backend-cpu";
import { registerGradients } from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { compile } from "./compile.js";
import { printGraph } from "./print.js";
import { errorsAbove, numbers } from "./testing/onnxruntime.js";
import type { InputSpec } from "./trace.js";

registerGradients();

type Tensors = Record<string, tf.Tensor>;
const float = (...shape: number[]): InputSpec => ({ shape, type: "float32" });

/** Weights in upstream's layout: OIHW and [out, in]. */
const weights: Record<string, InputSpec> = {
  conv1: float(8, 3, 3, 3),
  bias1: float(8),
  conv2: float(8, 8, 3, 3),
  shortcut: float(8, 3, 1, 1),
  fc: float(10, 8),
  fcBias: float(10),
};

const conv = (x: tf.Tensor, w: tf.Tensor | undefined): tf.Tensor =>
  tf.conv2d(x as tf.Tensor4D, tf.transpose(w as tf.Tensor4D, [2, 3, 1, 0]), 1, "same");

/** A residual block on NHWC pictures, pooled, and a linear layer. */
function network(t: Tensors, x: tf.Tensor): tf.Tensor {
  const a = tf.relu(tf.add(conv(x, t.conv1), t.bias1 as tf.Tensor));
  const y = tf.relu(tf.add(conv(a, t.conv2), conv(x, t.shortcut)));
  const features = tf.mean(y, [1, 2]);
  return tf.add(tf.matMul(features, tf.transpose(t.fc as tf.Tensor)), t.fcBias as tf.Tensor);
}

const count = (text: string, op: string) => text.split(` = ${op}(`).length - 1;

test("a residual network on NHWC pictures transposes once, and reads weights as they are", () => {
  const specs = { x: float(2, 6, 6, 3), ...weights };
  const { graph } = compile((t) => ({ y: network(t, t.x as tf.Tensor) }), specs, {
    target: "native",
  });
  expect(`\n${printGraph(graph)}`).toMatchInlineSnapshot(`
    "
    graph program
      input x: float32[2, 6, 6, 3]
      input conv1: float32[8, 3, 3, 3]
      input bias1: float32[8]
      input conv2: float32[8, 8, 3, 3]
      input shortcut: float32[8, 3, 1, 1]
      input fc: float32[10, 8]
      input fcBias: float32[10]
      %0 = Transpose(x) {perm=[0,3,1,2]} : float32[2, 3, 6, 6]
      %1 = Conv(%0, conv1, bias1) {kernel_shape=[3,3] strides=[1,1] pads=[1,1,1,1] dilations=[1,1] group=1} : float32[2, 8, 6, 6]
      %2 = Relu(%1) : float32[2, 8, 6, 6]
      %3 = Conv(%2, conv2) {kernel_shape=[3,3] strides=[1,1] pads=[1,1,1,1] dilations=[1,1] group=1} : float32[2, 8, 6, 6]
      %4 = Conv(%0, shortcut) {kernel_shape=[1,1] strides=[1,1] pads=[0,0,0,0] dilations=[1,1] group=1} : float32[2, 8, 6, 6]
      %5 = Add(%3, %4) : float32[2, 8, 6, 6]
      %6 = Relu(%5) : float32[2, 8, 6, 6]
      %7 = ReduceMean(%6, [2, 3]) {keepdims=0} : float32[2, 8]
      y = Gemm(%7, fc, fcBias) {transA=0 transB=1} : float32[2, 10]
      output y: float32[2, 10]
    "
  `);
});

test("pictures that come as NCHW are not transposed at all", () => {
  const specs = { x: float(2, 3, 6, 6), ...weights };
  for (const target of ["native", "portable"] as const) {
    const { graph } = compile(
      (t) => ({ y: network(t, tf.transpose(t.x as tf.Tensor, [0, 2, 3, 1])) }),
      specs,
      { target },
    );
    expect(count(printGraph(graph), "Transpose")).toBe(0);
  }
});

/** The loss and the gradient of every weight, as `d name`. */
function step({ x, labels, ...t }: Tensors): Tensors {
  const names = Object.keys(weights);
  const loss = (...list: tf.Tensor[]) => {
    const named = names.map((name, index) => [name, list[index] as tf.Tensor]);
    const logits = network(Object.fromEntries(named), tf.transpose(x as tf.Tensor, [0, 2, 3, 1]));
    const terms = tf.mul(tf.logSoftmax(logits), labels as tf.Tensor);
    return tf.neg(tf.mean(tf.sum(terms, 1))) as tf.Scalar;
  };
  const { value, grads } = tf.valueAndGrads(loss)(names.map((name) => t[name] as tf.Tensor));
  const gradients = names.map((name, index) => [`d ${name}`, grads[index] as tf.Tensor]);
  return { loss: value, ...Object.fromEntries(gradients) };
}

const stepSpecs = { x: float(2, 3, 6, 6), labels: float(2, 10), ...weights };

test("a training step gives gradients in upstream's layout, without a stray transpose", () => {
  const { graph } = compile(step, stepSpecs, { target: "native" });
  const text = printGraph(graph).split("\n");
  const moved = text.filter((line) => line.includes("Transpose") || line.startsWith("  output"));
  expect(`\n${moved.join("\n")}`).toMatchInlineSnapshot(`
    "
      %32 = Transpose(conv2) {perm=[1,0,2,3]} : float32[8, 8, 3, 3]
      %35 = Transpose(%26) {perm=[1,0,2,3]} : float32[8, 2, 6, 6]
      %37 = Transpose(%1) {perm=[0,2,3,1]} : float32[2, 6, 6, 8]
      d conv1 = Transpose(%85) {perm=[3,2,0,1]} : float32[8, 3, 3, 3]
      d conv2 = Transpose(%67) {perm=[2,3,0,1]} : float32[8, 8, 3, 3]
      d shortcut = Transpose(%31) {perm=[3,2,0,1]} : float32[8, 3, 1, 1]
      output loss: float32[]
      output d conv1: float32[8, 3, 3, 3]
      output d bias1: float32[8]
      output d conv2: float32[8, 8, 3, 3]
      output d shortcut: float32[8, 3, 1, 1]
      output d fc: float32[10, 8]
      output d fcBias: float32[10]"
  `);
});

test("the step's numbers are tfjs cpu's, for both targets", async () => {
  const inputs = Object.fromEntries(
    Object.entries(stepSpecs).map(([name, { shape }], seed) => [
      name,
      numbers(shape, { seed, scale: 1 }),
    ]),
  );
  for (const target of ["native", "portable"] as const) {
    expect(await errorsAbove(5e-6, step, inputs, { target })).toEqual([]);
  }
});
