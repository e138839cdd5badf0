import type { InputSpec, Tracer } from "@graft-ml/compiler";
import type { Batch, ProgramInput, Random } from "@graft-ml/core";
import type * as tf from "@tensorflow/tfjs-core";
import type { Layout } from "./layout.js";
import type { Draw, HostType, InputSource, Port } from "./protocol.js";

export type Ports = Map<string, Port<InputSource>>;

/** One tensor that a program is given: a constant, or an input that comes through a port. */
export type GivenSpec = {
  readonly group: "params" | "buffers" | "batch";
  readonly key: string;
  /** Its name in the graph. */
  readonly name: string;
  readonly spec: InputSpec;
  readonly port?: Port<InputSource>;
};

type TensorsByName = Readonly<Record<string, tf.Tensor>>;

/** Everything that a program is given over a session's weights and one batch. */
export function specsOf(layout: Layout, batch: Batch): GivenSpec[] {
  const shared = Object.entries(layout.shared).map(([key, { shape }]) => [key, shape] as const);
  return [
    ...Object.entries(layout.constants).map(([key, { shape, data }]): GivenSpec => {
      const group = layout.bufferNames.has(key) ? "buffers" : "params";
      return { group, key, name: `constant/${key}`, spec: { type: "float32", shape, data } };
    }),
    ...shared.map(([key, shape]) => given("params", "shared", key, { type: "float32", shape })),
    ...Object.entries(layout.trainable).map(([key, shape]) =>
      given("params", "weight", key, { type: "float32", shape }),
    ),
    ...Object.entries(layout.buffers).map(([key, shape]) =>
      given("buffers", "buffer", key, { type: "float32", shape }),
    ),
    ...Object.entries(batch).map(([key, { dtype, shape }]) =>
      given("batch", "batch", key, { type: dtype, shape }),
    ),
  ];
}

function given(
  group: GivenSpec["group"],
  from: Exclude<InputSource["from"], "draw">,
  key: string,
  spec: { type: HostType; shape: readonly number[] },
): GivenSpec {
  const name = `${from}/${key}`;
  return { group, key, name, spec, port: { ...spec, name, from, key } };
}

export const tensorSpecs = (specs: readonly GivenSpec[]): Record<string, InputSpec> =>
  Object.fromEntries(specs.map(({ name, spec }) => [name, spec]));

export function inputOf(
  specs: readonly GivenSpec[],
  tensors: TensorsByName,
  rest: Pick<ProgramInput, "random" | "training">,
): ProgramInput {
  const groupOf = (wanted: GivenSpec["group"]): TensorsByName =>
    Object.fromEntries(
      specs.flatMap(({ group, key, name }) => {
        const tensor = tensors[name];
        return group === wanted && tensor ? [[key, tensor] as const] : [];
      }),
    );
  return {
    ...rest,
    params: groupOf("params"),
    buffers: groupOf("buffers"),
    batch: groupOf("batch"),
  };
}

/** Draws become inputs, which the worker fills; the same draw twice is the same input. */
export function traceRandom(tracer: Tracer, ports: Ports): Random {
  const known = new Map<string, tf.Tensor>();
  const input = (draw: Draw, type: HostType, shape: readonly number[]): tf.Tensor => {
    const name = `draw/${draw.site}/${draw.kind}/${draw.keep}/${shape.join("x")}`;
    const tensor = known.get(name) ?? tracer.input(name, { type, shape });
    known.set(name, tensor);
    ports.set(name, { name, type, shape, from: "draw", ...draw });
    return tensor;
  };
  return {
    bernoulli: (site, shape, keep) => input({ site, kind: "bernoulli", keep }, "bool", shape),
    uniform: (site, shape) => input({ site, kind: "uniform", keep: 1 }, "float32", shape),
  };
}
