import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import type { Graph } from "../graph.js";
import { emit } from "./emit.js";
import { finish, message, putFloat, putInt, putMessage, putText } from "./protobuf.js";

const bytes = (write: (out: ReturnType<typeof message>) => void): number[] => {
  const out = message();
  write(out);
  return [...finish(out)];
};

test("protobuf numbers are varints, negative ones ten bytes long", () => {
  expect(bytes((out) => putInt(out, 1, 0))).toEqual([8, 0]);
  expect(bytes((out) => putInt(out, 1, 300))).toEqual([8, 0xac, 2]);
  expect(bytes((out) => putInt(out, 20, 2 ** 40))).toEqual([0xa0, 1, 128, 128, 128, 128, 128, 32]);
  expect(bytes((out) => putInt(out, 1, -2))).toEqual([
    8, 254, 255, 255, 255, 255, 255, 255, 255, 255, 1,
  ]);
  expect(bytes((out) => putFloat(out, 2, 1))).toEqual([21, 0, 0, 128, 63]);
});

test("messages nest, and text is UTF-8", () => {
  const inner = message();
  putText(inner, 1, "é");
  expect(bytes((out) => putMessage(out, 3, inner))).toEqual([26, 4, 10, 2, 0xc3, 0xa9]);
});

/** y = x + k, twice over, where both constants lie on the same shared memory. */
function sharedGraph(): Graph {
  const data = new Float32Array(new SharedArrayBuffer(1024), 512, 4);
  data.set([1, 2, 3, 4]);
  const constant = { type: "float32", shape: [4], data } as const;
  const add = (inputs: string[], outputs: string[]) => ({
    op: "Add",
    domain: "",
    inputs,
    outputs,
    attributes: {},
  });
  return {
    name: "shared",
    inputs: [{ name: "x", type: "float32", shape: ["n", 4] }],
    outputs: [{ name: "y", type: "float32", shape: ["n", 4] }],
    constants: [
      { name: "k", ...constant },
      { name: "l", ...constant },
    ],
    nodes: [add(["x", "k"], ["a"]), add(["a", "l"], ["y"])],
    values: {},
  };
}

async function runOn(model: ReturnType<typeof emit>): Promise<number[]> {
  const session = await InferenceSession.create(model.model, { externalData: [...model.external] });
  const { y } = await session.run({
    x: new Tensor("float32", Float32Array.of(0, 0, 0, 1), [1, 4]),
  });
  await session.release();
  return Array.from(y?.data as Float32Array);
}

test("constants go outside from a size on, as views of shared memory and once each", async () => {
  const graph = sharedGraph();
  const outside = emit(graph, { target: "native", externalBytes: 16 });
  expect(outside.external.map(({ path }) => path)).toEqual(["constant-0"]);
  expect(outside.external[0]?.data.buffer).toBe(graph.constants[0]?.data.buffer);
  expect(await runOn(outside)).toEqual([2, 4, 6, 9]);
});

test("smaller constants are part of the model", async () => {
  for (const target of ["native", "webgpu", "portable"] as const) {
    const inside = emit(sharedGraph(), { target, externalBytes: 17 });
    expect(inside.external).toEqual([]);
    expect(await runOn(inside)).toEqual([2, 4, 6, 9]);
  }
});

test("operators of ONNX Runtime's own are for native models alone, and kernels for none", () => {
  const graph = sharedGraph();
  const with_ = (domain: string): Graph => ({
    ...graph,
    nodes: graph.nodes.map((node) => ({ ...node, domain })),
  });
  for (const target of ["webgpu", "portable"] as const) {
    expect(() => emit(with_("com.microsoft"), { target })).toThrowError(
      `The node Add of domain "com.microsoft" has no place in a ${target} model`,
    );
  }
  expect(() => emit(with_("tfjs"), { target: "native" })).toThrowError(
    expect.objectContaining({ code: "graph-invalid" }),
  );
});

test("ten thousand nodes and forty megabytes are written in well under the time of a copy each", () => {
  const data = new Float32Array(10e6);
  const nodes = Array.from({ length: 10_000 }, (_, index) => ({
    op: "Add",
    domain: "",
    inputs: [index === 0 ? "x" : `v${index - 1}`, "k"],
    outputs: [`v${index}`],
    attributes: {},
  }));
  const constants = [{ name: "k", type: "float32", shape: [10e6], data }] as const;
  const graph: Graph = { ...sharedGraph(), constants, nodes };
  const started = performance.now();
  expect(emit(graph, { target: "native" }).model.length).toBeGreaterThan(40e6);
  expect(performance.now() - started).toBeLessThan(10_000);
});
