import { expect, test } from "vitest";
import { isGraftError } from "./errors.js";
import { flatten, isUnder, mapWeights, nest, pickWeights } from "./tree.js";
import type { HostTensor } from "./weights/host-tensor.js";

const leaf = (value: number): HostTensor<"float32"> => ({
  dtype: "float32",
  shape: [1],
  data: Float32Array.of(value),
});

test("names nest by segment and flatten back to the same names", () => {
  const flat = {
    "conv1.weight": leaf(1),
    "layer1.0.conv1.weight": leaf(2),
    "layer1.1.conv1.weight": leaf(3),
    "features.0.weight": leaf(4),
    "features.3.weight": leaf(5),
  };
  type Conv = { weight: HostTensor<"float32"> };
  type Params = { conv1: Conv; layer1: { conv1: Conv }[]; features: Record<number, Conv> };
  const tree = nest<Params>(flat);
  expect(tree.layer1.map((block) => block.conv1.weight.data[0])).toEqual([2, 3]);
  expect(Array.isArray(tree.features)).toBe(false);
  expect(tree.features[3]?.weight.data[0]).toBe(5);
  expect(flatten(tree)).toEqual(flat);
});

test("an array keeps its order whatever the order of the names", () => {
  const names = Array.from({ length: 12 }, (_, i) => `block.${11 - i}.bias`);
  const tree = nest<{ block: { bias: number }[] }>(
    Object.fromEntries(names.map((name) => [name, Number(name.split(".")[1])])),
  );
  expect(tree.block.map((block) => block.bias)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test("a name that is both a weight and a prefix is refused, in either order", () => {
  for (const names of [
    ["a.b", "a.b.c"],
    ["a.b.c", "a.b"],
  ]) {
    const flat = Object.fromEntries(names.map((name) => [name, leaf(0)]));
    let error: unknown;
    try {
      nest(flat);
    } catch (caught) {
      error = caught;
    }
    expect(isGraftError(error, "program-invalid")).toBe(true);
  }
});

test("a file cannot reach a prototype through a name", () => {
  const tree = nest<object>(Object.fromEntries([["__proto__.polluted", 1]]));
  expect(Object.hasOwn(tree, "__proto__")).toBe(true);
  expect("polluted" in {}).toBe(false);
});

test("map, pick and prefixes work on names", () => {
  const flat = { "layer1.bias": 1, "layer10.bias": 2 };
  expect(mapWeights(flat, (value, name) => `${name}=${value}`)).toEqual({
    "layer1.bias": "layer1.bias=1",
    "layer10.bias": "layer10.bias=2",
  });
  expect(pickWeights(flat, (name) => isUnder(name, "layer1"))).toEqual({ "layer1.bias": 1 });
  expect(isUnder("fc.weight", "fc.")).toBe(true);
  expect(isUnder("fc.weight", "")).toBe(true);
});
