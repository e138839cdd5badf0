import { expect, test } from "vitest";
import { formulaValues } from "../../testing/formula.js";
import { readGolden } from "../../testing/golden.js";
import { worstDifference } from "../../testing/worst-difference.js";
import { sizeOf } from "../dtype.js";
import type { HostTensor } from "../host-tensor.js";
import { arrange, arrangedShape, type Layout } from "./layout.js";

type Golden = {
  cases: { layout: Layout; from: number[]; shape: number[]; values: number[] }[];
  /** A Keras dense layer on a map flattened channels last. */
  dense: number[];
};
const golden = readGolden<Golden>(import.meta.url, "golden/layouts.json");

const source = (name: string, shape: readonly number[]): HostTensor<"float32"> => ({
  dtype: "float32",
  shape,
  data: formulaValues(name, sizeOf(shape)),
});

test.each(golden.cases.map((each) => [each.layout, each.from, each] as const))(
  "%s %j is laid out as numpy does",
  (layout, from, { shape, values }) => {
    const result = arrange(layout, source(layout, from), { shared: false });
    expect(arrangedShape(layout, from)).toEqual(shape);
    expect(result?.shape).toEqual(shape);
    expect([...(result?.data ?? [])]).toEqual(values);
  },
);

test("a dense layer gives the same on a map flattened the other way", () => {
  const [side, channels, out] = [49, 2, 3];
  const map = formulaValues("map", side * channels);
  const weight = arrange("flat-map-7x7", source("flat-map-7x7", [side * channels, out]), {
    shared: false,
  });
  const result = Array.from({ length: out }, (_, unit) => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      for (let at = 0; at < side; at++) {
        const column = channel * side + at;
        sum +=
          map[at * channels + channel]! * Number(weight!.data[unit * side * channels + column]);
      }
    }
    return sum;
  });
  expect(worstDifference(result, golden.dense)).toBeLessThan(1e-6);
});

test("every dtype moves bit by bit, NaNs too, and can move to shared memory", () => {
  const big = BigInt64Array.of(-1n, 2n, 0x7ff0000000000001n, 4n, 5n, 6n);
  const tensor: HostTensor = { dtype: "int64", shape: [2, 3], data: big };
  const result = arrange("linear", tensor, { shared: true });
  expect(result?.data).toEqual(BigInt64Array.of(-1n, 4n, 2n, 5n, 0x7ff0000000000001n, 6n));
  expect(result?.data.buffer).toBeInstanceOf(SharedArrayBuffer);
  const half: HostTensor = { dtype: "float16", shape: [1, 2], data: Uint16Array.of(0x7c01, 2) };
  expect(arrange("linear", half, { shared: false })).toEqual({ ...half, shape: [2, 1] });
});

test.each<[Layout, number[]]>([
  ["conv", [3, 3, 4]],
  ["conv", [3, 3, 4, 2, 1]],
  ["linear", [4]],
  ["pointwise-linear", [3, 3, 4, 2]],
  ["flat-map-7x7", [48, 2]],
  ["rows", []],
])("%s does not suit %j", (layout, shape) => {
  expect(arrangedShape(layout, shape)).toBeUndefined();
});
