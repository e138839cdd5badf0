import { adamw, type FloatWeights } from "@graft-ml/core";
import { expect, test } from "vitest";
import { layOut } from "./layout.js";

const floats = (...shape: number[]): FloatWeights[string] => ({
  dtype: "float32",
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1),
});

const weights: FloatWeights = {
  filter: floats(8, 3, 3, 3),
  large: floats(1024, 1024),
  "head.weight": floats(4, 8),
  "head.bias": floats(4),
};
const buffers = { mean: floats(8) };
const groups = (name: string) => ({ rate: 1, decay: 1, frozen: !name.startsWith("head") });

test("frozen weights become constants, large frozen matrices shared inputs", () => {
  const optimizer = adamw({ learningRate: 1 });
  const layout = layOut({ weights, buffers, optimizer, groups });
  expect(Object.keys(layout.constants)).toEqual(["filter"]);
  expect(Object.keys(layout.shared)).toEqual(["large"]);
  expect(layout.trainable).toEqual({ "head.weight": [4, 8], "head.bias": [4] });
  expect(layout.buffers).toEqual({ mean: [8] });
  expect(layout.groups.get("head.bias")).toEqual({ rate: 1, decay: 1, frozen: false });
});

test("without an optimizer nothing moves, so that all may be constant", () => {
  const layout = layOut({ weights, buffers });
  expect(Object.keys(layout.constants)).toEqual(["filter", "head.weight", "head.bias", "mean"]);
  expect([layout.trainable, layout.buffers, layout.groups.size]).toEqual([{}, {}, 0]);
});

test("constants lie on shared memory: copied there, unless they were there already", () => {
  const shared = { ...floats(2), data: new Float32Array(new SharedArrayBuffer(8)) };
  const { constants } = layOut({ weights: { shared, plain: weights.filter! } });
  expect(constants.shared!.data).toBe(shared.data);
  expect(constants.plain!.data.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(constants.plain!.data).toEqual(weights.filter!.data);
});

test("what doesn't fit is refused by name", () => {
  const short = { ...floats(3), data: new Float32Array(2) };
  expect(() => layOut({ weights: { short } })).toThrow('"short" is [3] and holds 2 numbers');
  expect(() => layOut({ weights, buffers: { filter: floats(1) } })).toThrow(
    '"filter" is both a weight and a buffer',
  );
});
