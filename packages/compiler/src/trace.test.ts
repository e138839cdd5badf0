import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, expect, test } from "vitest";
import { printGraph } from "./print.js";
import { type InputSpec, trace } from "./trace.js";

const float = (...shape: number[]): InputSpec => ({ shape, type: "float32" });
const specs = { x: float(2, 3) };
type Tensors = Record<string, tf.Tensor>;
const x = (t: Tensors) => t.x as tf.Tensor;

beforeEach(async () => {
  await tf.setBackend("cpu");
});

/** What must be as before after a trace, whatever became of it. */
const engineState = () => ({
  backend: tf.getBackend(),
  tensors: tf.memory().numTensors,
  bytes: tf.memory().numBytes,
  backends: tf.engine().backendNames(),
  works: Array.from(tf.tidy(() => tf.add([1], [2]).dataSync())),
});

test("kernels are recorded with their inputs, attributes and shapes", () => {
  const graph = trace((t) => ({ y: tf.mean(tf.relu(tf.mul(x(t), 2)), 1) }), specs, {
    name: "small",
  });
  expect(`\n${printGraph(graph)}`).toMatchInlineSnapshot(`
    "
    graph small
      input x: float32[2, 3]
      %0 = Multiply(x, 2) : float32[2, 3]
      %1 = Relu(%0) : float32[2, 3]
      %2 = Mean(%1) {axis=1 keepDims=false} : float32[2]
      y = Identity(%2)
      output y: float32[2]
    "
  `);
});

test("gradients are recorded by the tape that runs under the trace", () => {
  const cube = (v: tf.Tensor) =>
    tf.customGrad((a) => {
      const input = a as tf.Tensor;
      return {
        value: tf.pow(input, 3),
        gradFunc: (dy: tf.Tensor) => tf.mul(dy, tf.mul(3, tf.square(input))),
      };
    })(v);
  const graph = trace((t) => ({ dx: tf.grad(cube)(x(t)) }), specs);
  expect(graph.nodes.map(({ op }) => op)).toEqual(expect.arrayContaining(["Square", "Multiply"]));
  expect(graph.outputs).toEqual([{ name: "dx", type: "float32", shape: [2, 3] }]);
});

test("tensors that the program closes over become constants, copied and captured once", () => {
  const outside = tf.tensor1d([1, 2, 3]);
  const graph = trace((t) => ({ y: tf.add(tf.mul(x(t), outside), outside) }), specs);
  outside.dispose();
  expect(
    graph.constants.map(({ type, shape, data }) => [type, shape, Array.from<unknown>(data)]),
  ).toEqual([["float32", [3], [1, 2, 3]]]);
});

test("a tensor that one value fills costs no memory, and can be read", () => {
  const graph = trace((t) => {
    const zeros = tf.zeros([1000, 1000]);
    expect(zeros.dataSync()[7]).toBe(0);
    return { y: tf.sum(zeros), z: x(t) };
  }, specs);
  expect(graph.constants).toEqual([]);
  expect(printGraph(graph)).toContain('Fill() {shape=[1000,1000] dtype="float32" value=0}');
});

test("uint8 inputs reach the program as int32; declared inputs follow; data makes a constant", () => {
  const graph = trace(
    ({ pixels, scale }, tracer) => {
      expect(pixels?.dtype).toBe("int32");
      const mask = tracer.input("mask", { shape: [4], type: "bool" });
      return {
        y: tf.where(mask, tf.mul(tf.cast(pixels as tf.Tensor, "float32"), scale as tf.Tensor), 0),
      };
    },
    {
      pixels: { shape: [4], type: "uint8" },
      scale: { shape: [4], type: "float32", data: Float32Array.of(1, 2, 3, 4) },
    },
  );
  expect(graph.inputs.map(({ name, type }) => `${name}: ${type}`)).toEqual([
    "pixels: uint8",
    "mask: bool",
  ]);
  expect(graph.constants.map(({ shape }) => shape)).toEqual([[4], []]);
});

const reads: Record<string, (tensor: tf.Tensor) => unknown> = {
  dataSync: (t) => t.dataSync(),
  arraySync: (t) => t.arraySync(),
  bufferSync: (t) => t.bufferSync(),
  print: (t) => t.print(),
  data: (t) => t.data(),
  array: (t) => t.array(),
};

for (const [method, read] of Object.entries(reads)) {
  test(`${method}() of a traced tensor is an error that names what made it, and leaves tfjs as it was`, () => {
    const before = engineState();
    const run = () =>
      trace((t) => {
        const y = tf.softmax(x(t));
        read(y);
        return { y };
      }, specs);
    expect(run).toThrowError(
      "The program reads a float32 tensor of shape [2, 3], made by Softmax, while it is being traced",
    );
    expect(run).toThrowError(
      expect.objectContaining({
        code: "value-unknown",
        details: { operation: "Softmax", shape: [2, 3] },
      }),
    );
    expect(engineState()).toEqual(before);
  });
}

test("a read that the program swallows fails the trace all the same", () => {
  const run = () =>
    trace((t) => {
      try {
        x(t).dataSync();
      } catch {}
      return { y: x(t) };
    }, specs);
  expect(run).toThrowError('made by the input "x"');
});

const refused: Record<string, [() => unknown, string]> = {
  "an unknown kernel": [
    () =>
      trace(() => ({ y: tf.image.resizeBilinear(tf.zeros<tf.Rank.R4>([1, 2, 2, 1]), [4, 4]) }), {}),
    'No rule lowers the tfjs kernel "ResizeBilinear". Write the program with other operations',
  ],
  "an async function": [
    () => trace((async () => ({})) as never, specs),
    "The traced function is async",
  ],
  "a trace in a trace": [
    () => trace(() => ({ y: tf.scalar(trace((u) => u, { z: float(1) }).nodes.length) }), specs),
    "A trace was started inside a trace",
  ],
  "an error of the program": [
    () =>
      trace(() => {
        throw new Error("the program's own");
      }, specs),
    "the program's own",
  ],
  "no outputs": [() => trace(() => ({}), specs), "returned no tensors"],
  "an output that is no tensor": [
    () => trace(() => ({ y: 3 }) as never, specs),
    'The output "y" of the traced function is not a tensor',
  ],
  "an output called like an input": [
    () => trace((t) => t, specs),
    'The output "x" of the traced function has the name of an input',
  ],
  "two inputs of one name": [
    () => trace((_, tracer) => ({ y: tracer.input("x", float(1)) }), specs),
    'Two inputs are called "x"',
  ],
  "a constant of the wrong size": [
    () => trace((t) => t, { k: { ...float(3), data: Float32Array.of(1) } }),
    'The constant "k" has 1 values where float32[3] needs 3',
  ],
  "a tensor of strings": [
    () => trace(() => ({ y: tf.tensor1d(["a"]) }), specs),
    "A string tensor cannot be part",
  ],
};

for (const [what, [run, message]] of Object.entries(refused)) {
  test(`${what} is refused in words, and tfjs is as it was`, () => {
    const before = engineState();
    expect(run).toThrowError(message);
    expect(engineState()).toEqual(before);
  });
}

test("a trace leaves no tensors, no scopes and no backend behind", () => {
  const before = engineState();
  const depth = tf.engine().state.scopeStack.length;
  trace((t) => ({ y: tf.add(x(t), tf.keep(tf.ones([3]))) }), specs).nodes.length;
  expect(tf.engine().state.scopeStack).toHaveLength(depth);
  expect({ ...engineState(), tensors: before.tensors, bytes: before.bytes }).toEqual(before);
});
