import { expect, test } from "vitest";
import type { Graph } from "./graph.js";
import { graphHash } from "./hash.js";

const graphOf = (data: Float32Array): Graph => ({
  name: "g",
  inputs: [{ name: "x", type: "float32", shape: [2] }],
  outputs: [{ name: "y", type: "float32", shape: [2] }],
  constants: [{ name: "k", type: "float32", shape: [data.length], data }],
  nodes: [{ op: "Add", domain: "", inputs: ["x", "k"], outputs: ["y"], attributes: {} }],
  values: {},
});

test("equal graphs have equal hashes, on shared memory too", () => {
  const shared = new Float32Array(new SharedArrayBuffer(16), 4, 2);
  shared.set([1, 2]);
  expect(graphHash(graphOf(shared))).toBe(graphHash(graphOf(Float32Array.of(1, 2))));
  expect(graphHash(graphOf(shared))).toMatch(/^[0-9a-f]{32}$/);
});

test("every bit of a constant, and every name, counts", () => {
  const base = Float32Array.from({ length: 257 }, (_, index) => index);
  const hashes = new Set([graphHash(graphOf(base))]);
  const bits = new Uint32Array(base.buffer);
  for (let index = 0; index < bits.length; index++) {
    bits[index] = (bits[index] as number) ^ 1;
    hashes.add(graphHash(graphOf(base)));
    bits[index] = (bits[index] as number) ^ 1;
  }
  hashes.add(graphHash({ ...graphOf(base), name: "h" }));
  expect(hashes.size).toBe(bits.length + 2);
});

test("swapping two words of a constant changes the hash", () => {
  const of = (...values: number[]) => graphHash(graphOf(Float32Array.from(values)));
  expect(
    new Set([of(1, 2, 3, 4, 5), of(5, 2, 3, 4, 1), of(2, 1, 3, 4, 5), of(1, 2, 3, 5, 4)]).size,
  ).toBe(4);
});
