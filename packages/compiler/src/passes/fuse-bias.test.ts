import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { type TracedFunction, trace } from "../trace.js";
import { fuseBias } from "./fuse-bias.js";

type Maps = tf.Tensor4D;

const spec = (...shape: number[]) => ({ shape, type: "float32" }) as const;
const specs = { x: spec(1, 5, 5, 2), filter: spec(3, 3, 2, 4), bias: spec(4) };

const kernels = (fn: TracedFunction): string[] =>
  fuseBias(trace(fn, specs, { name: "test" })).nodes.map(({ op }) => op);

const conv = (t: Record<string, tf.Tensor>) => tf.conv2d(t.x as Maps, t.filter as Maps, 1, "same");

test("a bias of one value a channel joins the convolution, on either side of the sum", () => {
  const after = kernels((t) => ({ y: tf.add(conv(t), t.bias as tf.Tensor) }));
  const before = kernels((t) => ({ y: tf.add(t.bias as tf.Tensor, conv(t)) }));
  expect(after).toEqual(["FusedConv2D", "Identity"]);
  expect(before).toEqual(["FusedConv2D", "Identity"]);
});

test("a sum is left alone where the convolution is read twice or the other side is no bias", () => {
  const twice = kernels((t) => {
    const y = conv(t);
    return { y: tf.add(y, t.bias as tf.Tensor), also: y };
  });
  const scalar = kernels((t) => ({ y: tf.add(conv(t), tf.slice(t.bias as tf.Tensor, 0, 1)) }));
  expect(twice).toContain("Add");
  expect(scalar).toContain("Add");
});

test("clones that the tape makes and never reads are no use", () => {
  const after = kernels((t) => {
    const y = conv(t);
    tf.clone(y);
    return { y: tf.add(y, t.bias as tf.Tensor) };
  });
  expect(after).toContain("FusedConv2D");
  expect(after).not.toContain("Add");
});
