import type { Constant, Graph, Node, ValueType } from "./graph.js";

const typeText = ({ type, shape }: ValueType): string => `${type}[${shape.join(", ")}]`;

/** Short constants are part of the text, long ones stand by their type alone. */
const LONGEST_LIST = 8;

const numberText = (value: number | bigint): string =>
  typeof value === "bigint"
    ? `${value}`
    : Object.is(value, -0)
      ? "-0"
      : `${Number(value.toPrecision(7))}`;

function constantText({ data, ...constant }: Constant): string {
  if (data.length > LONGEST_LIST) return typeText(constant);
  const values = Array.from<number | bigint>(data).map(numberText);
  return constant.shape.length === 0 ? (values[0] ?? "") : `[${values.join(", ")}]`;
}

function attributeText(value: unknown): string {
  if (typeof value === "object" && value !== null && "float" in value) return String(value.float);
  return JSON.stringify(value);
}

function nodeText(
  node: Node<unknown>,
  names: ReadonlyMap<string, string>,
  values: Graph["values"],
): string {
  const say = (name: string) => names.get(name) ?? name;
  const attributes = Object.entries(node.attributes).filter(([, value]) => value !== undefined);
  const options = attributes.map(([name, value]) => `${name}=${attributeText(value)}`).join(" ");
  const known = values[node.outputs[0] ?? ""];
  const op = node.domain === "com.microsoft" ? `${node.domain}.${node.op}` : node.op;
  const call = `${node.outputs.map(say).join(", ")} = ${op}(${node.inputs.map(say).join(", ")})`;
  return `  ${call}${options && ` {${options}}`}${known ? ` : ${typeText(known)}` : ""}`;
}

/**
 * The graph as text, one line a node: the same for the same graph, with values numbered in order of
 * appearance and short constants written where they are used.
 */
export function printGraph(graph: Graph<unknown>): string {
  const names = new Map<string, string>();
  const long: string[] = [];
  for (const constant of graph.constants) {
    const short = constant.data.length <= LONGEST_LIST;
    names.set(constant.name, short ? constantText(constant) : `#${long.length}`);
    if (!short) long.push(`  constant #${long.length}: ${constantText(constant)}`);
  }
  const border = new Set([...graph.inputs, ...graph.outputs].map(({ name }) => name));
  let count = 0;
  for (const name of graph.nodes.flatMap(({ outputs }) => outputs)) {
    if (!border.has(name) && name !== "") names.set(name, `%${count++}`);
  }
  return [
    `graph ${graph.name}`,
    ...graph.inputs.map((value) => `  input ${value.name}: ${typeText(value)}`),
    ...long,
    ...graph.nodes.map((node) => nodeText(node, names, graph.values)),
    ...graph.outputs.map((value) => `  output ${value.name}: ${typeText(value)}`),
    "",
  ].join("\n");
}
