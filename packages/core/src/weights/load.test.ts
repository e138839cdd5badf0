import { expect, test } from "vitest";
import { isGraftError } from "../errors.js";
import type { WeightSpec, WeightSpecs } from "../models/model.js";
import type { Weights } from "./host-tensor.js";
import { type LoadOptions, loadWeights } from "./load.js";
import { memoryStore } from "./store.js";

const spec = (...shape: number[]): WeightSpec => ({
  shape,
  role: "param",
  init: { kind: "constant", value: 0 },
});
const specs: WeightSpecs = {
  "conv.weight": spec(2, 1, 1, 1),
  "bn.running_mean": { ...spec(2), role: "buffer" },
  "fc.weight": spec(3, 2),
  "fc.bias": spec(3),
};
const floats = (...shape: number[]) =>
  ({
    dtype: "float32",
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(2),
  }) as const;
const file: Weights = {
  "conv.weight": { dtype: "float16", shape: [2, 1, 1, 1], data: Uint16Array.of(0x3c00, 0xc000) },
  "bn.running_mean": floats(2),
  "bn.num_batches_tracked": { dtype: "int64", shape: [], data: BigInt64Array.of(5n) },
  "fc.weight": floats(3, 2),
  "fc.bias": floats(3),
};
const load = (weights: Weights, options?: LoadOptions) =>
  loadWeights(specs, memoryStore(weights, "model.safetensors"), options);

test("weights come as float32, in the model's order, without what it has no use for", async () => {
  const weights = await load(file, { shared: true });
  expect(Object.keys(weights)).toEqual(Object.keys(specs));
  expect([...weights["conv.weight"]!.data]).toEqual([1, -2]);
  expect(weights["fc.bias"]?.data.buffer).toBeInstanceOf(SharedArrayBuffer);
});

test("a prefix picks the model out of a larger file", async () => {
  const named = Object.entries(file).map(([name, array]) => [`backbone.${name}`, array] as const);
  const larger = { ...Object.fromEntries(named), "decoder.weight": floats(1) };
  expect(await load(larger, { prefix: "backbone." })).toEqual(await load(file));
});

test("a new head's weights may be absent, of another shape, or more than the model has", async () => {
  const { "fc.bias": _, ...rest } = file;
  const other = { ...rest, "fc.weight": floats(1000, 2), "fc.scale": floats(3) };
  const weights = await load(other, { allowMissing: ["fc"] });
  expect(Object.keys(weights)).toEqual(["conv.weight", "bn.running_mean"]);
});

test("all mismatches are told at once, and nothing is read", async () => {
  const { "bn.running_mean": _, ...rest } = file;
  const store = memoryStore({ ...rest, "fc.weight": floats(10, 2), extra: floats(1) }, "m");
  const silent = { ...store, get: () => Promise.reject(new Error("was read")) };
  const error = await loadWeights(specs, silent).catch((caught: unknown) => caught);
  expect(isGraftError(error, "shape-mismatch")).toBe(true);
  expect(String(error)).toBe(
    'GraftError: The weights of m do not fit the model: "bn.running_mean" is missing, [2] expected; "fc.weight" is [10, 2], [3, 2] expected; "extra" is not the model\'s. Check that config and weights belong together.',
  );
});

test("the code tells the worst, and a long list is cut", async () => {
  const codeOf = async (weights: Weights, options?: LoadOptions) => {
    const error = await load(weights, options).catch((caught: unknown) => caught);
    return isGraftError(error) ? [error.code, error.message] : [error];
  };
  expect((await codeOf({ ...file, extra: floats(1) }))[0]).toBe("weight-unexpected");
  expect((await codeOf(file, { ignore: [] }))[0]).toBe("weight-unexpected");
  const { "fc.bias": _, ...fewer } = file;
  expect((await codeOf(fewer))[0]).toBe("weight-missing");
  const many = Array.from({ length: 25 }, (_, i) => [`extra.${i}`, floats(1)] as const);
  const [, message] = await codeOf({ ...file, ...Object.fromEntries(many) });
  expect(message).toContain("; and 5 more.");
});
