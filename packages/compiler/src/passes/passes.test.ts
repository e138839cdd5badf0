import { expect, test } from "vitest";
import type { Attribute, Constant, Graph, Node, ValueType } from "../graph.js";
import { printGraph } from "../print.js";
import { fuseBias } from "./bias.js";
import { collapseCasts } from "./casts.js";
import { shareCommonSubexpressions } from "./common-subexpressions.js";
import { removeDeadCode } from "./dead-code.js";
import { dropIdentities, nameOutputs } from "./identities.js";
import { raiseTransposes } from "./raised-transposes.js";
import { cancelReshapes } from "./reshapes.js";
import { transposeProducts } from "./transposed-products.js";
import { cancelTransposes } from "./transposes.js";

const node = (
  op: string,
  inputs: string,
  outputs: string,
  attributes: Record<string, Attribute> = {},
): Node => ({
  op,
  domain: "",
  inputs: inputs.split(" "),
  outputs: outputs.split(" "),
  attributes,
});

const ints = (name: string, ...values: number[]): Constant => ({
  name,
  type: "int64",
  shape: [values.length],
  data: BigInt64Array.from(values, BigInt),
});

const float = (...shape: number[]): ValueType => ({ type: "float32", shape });

/** A graph that reads x [2, 3, 4, 4] and gives y. */
const graphOf = (
  nodes: Node[],
  extra: { constants?: Constant[]; values?: Graph["values"]; inputs?: Graph["inputs"] } = {},
): Graph => ({
  name: "g",
  inputs: [{ name: "x", ...float(2, 3, 4, 4) }, ...(extra.inputs ?? [])],
  outputs: [{ name: "y", ...float(2, 3) }],
  constants: extra.constants ?? [],
  nodes,
  values: extra.values ?? {},
});

/** The nodes of a graph as lines of text. */
const lines = (graph: Graph): string[] =>
  printGraph(graph)
    .split("\n")
    .filter((line) => line.includes(" = "))
    .map((line) => line.trim());

const transposed = (perm: number[], inputs: string, outputs: string) =>
  node("Transpose", inputs, outputs, { perm });

test("two transposes become one, and those that undo each other go", () => {
  const there = transposed([0, 3, 1, 2], "x", "a");
  const once = graphOf([there, transposed([1, 0, 2, 3], "a", "y")]);
  expect(lines(cancelTransposes(once))).toContain("y = Transpose(x) {perm=[3,0,1,2]}");
  const none = graphOf([there, transposed([0, 2, 3, 1], "a", "b"), node("Relu", "b", "y")]);
  expect(lines(removeDeadCode(dropIdentities(cancelTransposes(none))))).toEqual(["y = Relu(x)"]);
});

test("reshapes collapse, and one to the shape that is there goes", () => {
  const constants = [ints("s", 6, 16), ints("t", 2, 3, 4, 4), ints("u", 96)];
  const twice = graphOf([node("Reshape", "x s", "a"), node("Reshape", "a u", "y")], { constants });
  expect(lines(removeDeadCode(cancelReshapes(twice)))).toEqual(["y = Reshape(x, [96])"]);
  const back = graphOf(
    [node("Reshape", "x s", "a"), node("Reshape", "a t", "b"), node("Relu", "b", "y")],
    { constants },
  );
  expect(lines(removeDeadCode(dropIdentities(cancelReshapes(back))))).toEqual(["y = Relu(x)"]);
});

test("a reshape that copies sizes of its input keeps that input", () => {
  const constants = [ints("s", 6, 16), ints("t", 0, -1, 4)];
  const graph = graphOf([node("Reshape", "x s", "a"), node("Reshape", "a t", "y")], { constants });
  expect(lines(cancelReshapes(graph))).toContain("y = Reshape(%0, [0, -1, 4])");
});

test("a lossless cast before a cast goes, a lossy one stays", () => {
  const casts = (middle: number) => [
    node("Cast", "p", "a", { to: middle }),
    node("Cast", "a", "y", { to: 1 }),
  ];
  const from = (type: ValueType["type"], through: ValueType["type"]) =>
    graphOf(casts(6), {
      inputs: [{ name: "p", type, shape: [2] }],
      values: { a: { type: through, shape: [2] } },
    });
  expect(lines(removeDeadCode(collapseCasts(from("uint8", "int32"))))).toEqual([
    "y = Cast(p) {to=1}",
  ]);
  expect(lines(collapseCasts(from("float32", "int32")))).toHaveLength(2);
});

test("what is computed twice is computed once, equal constants being one", () => {
  const graph = graphOf(
    [node("Reshape", "x s", "a"), node("Reshape", "x t", "b"), node("Add", "a b", "y")],
    { constants: [ints("s", 6, 16), ints("t", 6, 16)] },
  );
  expect(lines(shareCommonSubexpressions(graph))).toEqual([
    "%0 = Reshape(x, [6, 16])",
    "y = Add(%0, %0)",
  ]);
});

test("a pool's values and its indices come from one MaxPool", () => {
  const attributes = { kernel_shape: [2, 2] };
  const graph = graphOf([
    node("MaxPool", "x", "a", attributes),
    node("Relu", "a", "b"),
    node("MaxPool", "x", "c indices", attributes),
    node("Scatter", "b indices", "y"),
  ]);
  expect(lines(shareCommonSubexpressions(graph))).toEqual([
    "%0, %1 = MaxPool(x) {kernel_shape=[2,2]}",
    "%2 = Relu(%0)",
    "y = Scatter(%2, %1)",
  ]);
});

test("splits into different numbers of pieces are not the same", () => {
  const graph = graphOf([
    node("Split", "x", "a b"),
    node("Split", "x", "c d e"),
    node("Sum", "a b c d e", "y"),
  ]);
  expect(shareCommonSubexpressions(graph).nodes).toHaveLength(3);
});

test("what no output needs goes: nodes, constants, and optional last outputs", () => {
  const graph = graphOf(
    [
      node("LayerNormalization", "x s s", "a mean rstd"),
      node("Exp", "x", "unused"),
      node("Relu", "a", "y"),
    ],
    { constants: [ints("s", 1), ints("t", 2)], values: { unused: float(1), a: float(1) } },
  );
  const clean = removeDeadCode(graph);
  expect(lines(clean)).toEqual([
    "%0 = LayerNormalization(x, [1], [1]) : float32[1]",
    "y = Relu(%0)",
  ]);
  expect(clean.constants.map(({ name }) => name)).toEqual(["s"]);
  expect(Object.keys(clean.values)).toEqual(["a"]);
});

test("an addition becomes the bias of the only convolution or product it follows", () => {
  const values = {
    c: float(2, 5, 4, 4),
    r: float(1, 5, 1, 1),
    y: float(2, 5, 4, 4),
    m: float(2, 7),
    z: float(2, 7),
  };
  const inputs = ["w", "r", "v"].map((name) => ({ name, ...float(7) }));
  const conv = graphOf([node("Conv", "x w", "c"), node("Add", "r c", "y")], {
    values,
    inputs: [
      { name: "w", ...float(5, 3, 1, 1) },
      { name: "r", ...float(1, 5, 1, 1) },
    ],
  });
  expect(lines(fuseBias(conv))).toEqual([
    "%0 = Reshape(r, [-1])",
    "y = Conv(x, w, %0) : float32[2, 5, 4, 4]",
  ]);
  const gemm = graphOf(
    [node("Gemm", "x w", "m"), node("Add", "m v", "z"), node("Relu", "z", "y")],
    { values, inputs },
  );
  expect(lines(fuseBias(gemm))[0]).toBe("%0 = Gemm(x, w, v) : float32[2, 7]");
  const twice = graphOf(
    [node("Gemm", "x w", "m"), node("Add", "m v", "z"), node("Mul", "z m", "y")],
    { values, inputs },
  );
  expect(fuseBias(twice)).toBe(twice);
});

test("a product that is only read transposed is computed transposed", () => {
  const graph = graphOf([
    node("Gemm", "x w", "m", { transA: 1, transB: 0 }),
    transposed([1, 0], "m", "y"),
  ]);
  expect(lines(transposeProducts(graph))).toEqual(["y = Gemm(w, x) {transA=1 transB=0}"]);
});

test("a few numbers for the last axis meet whole planes, behind the transpose", () => {
  const picture = float(2, 4, 4, 3);
  const normalized = [
    node("Cast", "p", "c", { to: 1 }),
    node("Mul", "c s", "m"),
    node("Sub", "m o", "n"),
    transposed([0, 3, 1, 2], "n", "y"),
  ];
  const extra = {
    values: { c: picture, m: picture, n: picture },
    inputs: [
      { name: "p", type: "uint8", shape: [2, 4, 4, 3] },
      { name: "s", ...float(3) },
      { name: "o", ...float() },
    ] as const,
  };
  const graph = graphOf(normalized, extra);
  expect(lines(raiseTransposes(graph))).toEqual([
    "%0 = Transpose(p) {perm=[0,3,1,2]}",
    "%1 = Cast(%0) {to=1}",
    "%2 = Reshape(s, [1, -1, 1, 1])",
    "%3 = Mul(%1, %2)",
    "y = Sub(%3, o)",
  ]);
  const readTwice = graphOf([...normalized, node("Relu", "n", "z")], extra);
  expect(raiseTransposes(readTwice)).toBe(readTwice);
  const scaled = [node("Mul", "p o", "m"), transposed([0, 3, 1, 2], "m", "y")];
  const byOne = graphOf(scaled, extra);
  expect(raiseTransposes(byOne)).toBe(byOne);
  const long = { ...extra, inputs: [...extra.inputs.slice(0, 1), { name: "s", ...float(64) }] };
  const wide = graphOf(normalized.slice(1, 2).concat(transposed([0, 3, 1, 2], "m", "y")), long);
  expect(raiseTransposes(wide)).toBe(wide);
});

test("outputs get their names where they are computed, each value one name", () => {
  const graph: Graph = {
    ...graphOf([
      node("Relu", "x", "a"),
      node("Identity", "a", "y"),
      node("Identity", "a", "z"),
      node("Identity", "x", "w"),
    ]),
    outputs: ["y", "z", "w"].map((name) => ({ name, ...float(2) })),
  };
  expect(lines(nameOutputs(graph))).toEqual(["y = Relu(x)", "z = Identity(y)", "w = Identity(x)"]);
});
