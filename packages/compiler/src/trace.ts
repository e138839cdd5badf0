import * as tf from "@tensorflow/tfjs-core";
import { CompileError } from "./errors.js";
import type { ConstantData, KernelGraph } from "./graph.js";
import { sizeOf } from "./layout.js";
import { rules } from "./rules/index.js";
import { BACKEND, TraceBackend } from "./trace/backend.js";
import { createRecorder, type TracedValue } from "./trace/recorder.js";

/** What a program is traced with: one input, or one constant. */
export type InputSpec = {
  readonly shape: readonly number[];
  /** uint8 inputs reach the program as int32 tensors. */
  readonly type: "float32" | "int32" | "uint8" | "bool";
  /** Present: a constant with this value rather than an input. It is not copied. */
  readonly data?: ConstantData;
};

export type Tracer = {
  /** Declares one more input while tracing, such as a random mask. */
  input(name: string, spec: InputSpec): tf.Tensor;
};

type Tensors = Record<string, tf.Tensor>;

/** A program as the compiler takes it: pure, synchronous, reads no tensor's data. */
export type TracedFunction = (inputs: Tensors, tracer: Tracer) => Tensors;

function registerKernels(): void {
  for (const kernelName of Object.keys(rules)) {
    if (tf.getKernel(kernelName, BACKEND) !== undefined) continue;
    tf.registerKernel({
      kernelName,
      backendName: BACKEND,
      kernelFunc: ({ inputs, attrs, backend }) => {
        const trace = backend as TraceBackend;
        const values = Object.entries(inputs).map(
          ([name, tensor]): [string, TracedValue | undefined] => [
            name,
            tensor ? trace.symbolOf(tensor) : undefined,
          ],
        );
        const outputs = trace.recorder.kernel(kernelName, Object.fromEntries(values), attrs ?? {});
        const infos = outputs.map((value) => trace.wrap(value));
        return infos.length === 1 ? (infos[0] as tf.TensorInfo) : infos;
      },
    });
  }
}

function checkSpec(name: string, { shape, type, data }: InputSpec): void {
  const size = sizeOf(shape);
  if (name === "" || !shape.every((dim) => Number.isInteger(dim) && dim >= 0)) {
    throw new CompileError(
      "input-invalid",
      `The input "${name}" has the shape [${shape.join(", ")}]: give it a name and whole sizes.`,
    );
  }
  if (data !== undefined && data.length !== size) {
    throw new CompileError(
      "input-invalid",
      `The constant "${name}" has ${data.length} values where ${type}[${shape.join(", ")}] needs ${size}.`,
    );
  }
}

/** Makes tensors for inputs, and keeps their names apart. */
function createTracer(backend: TraceBackend): { tracer: Tracer; names: ReadonlySet<string> } {
  const names = new Set<string>();
  const tracer: Tracer = {
    input(name, spec) {
      checkSpec(name, spec);
      if (names.has(name)) {
        throw new CompileError("input-invalid", `Two inputs are called "${name}": rename one.`);
      }
      names.add(name);
      const { type, shape, data } = spec;
      const value =
        data === undefined
          ? backend.recorder.input({ name, type, shape })
          : constantInput(backend, data, spec);
      const info = backend.wrap(value);
      return tf.engine().makeTensorFromTensorInfo(info);
    },
  };
  return { tracer, names };
}

function constantInput(backend: TraceBackend, data: ConstantData, spec: InputSpec): TracedValue {
  const value = spec.type === "uint8" ? Int32Array.from(data as Uint8Array) : data;
  return backend.recorder.constant(value, spec.shape, spec.type === "uint8" ? "int32" : spec.type);
}

function checkOutputs(result: unknown, inputs: ReadonlySet<string>): asserts result is Tensors {
  if (result instanceof Promise) {
    result.catch(() => {});
    throw new CompileError(
      "trace-async",
      "The traced function is async. tfjs has one engine for the whole process, so a trace cannot wait: make the function synchronous.",
    );
  }
  const entries = Object.entries((result ?? {}) as Record<string, unknown>);
  if (entries.length === 0) {
    throw new CompileError(
      "output-invalid",
      "The traced function returned no tensors: return { name: tensor }.",
    );
  }
  for (const [name, tensor] of entries) {
    if (!(tensor instanceof tf.Tensor) || inputs.has(name)) {
      const problem = inputs.has(name) ? "has the name of an input" : "is not a tensor";
      throw new CompileError(
        "output-invalid",
        `The output "${name}" of the traced function ${problem}: return tensors under names of their own.`,
      );
    }
  }
}

const missingKernel = /^Kernel '([^']+)' not registered for backend 'graft-trace'/;

/** tfjs's own message for a kernel without a rule, said so that it helps. */
function explained(error: unknown): unknown {
  const kernel = error instanceof Error ? missingKernel.exec(error.message)?.[1] : undefined;
  if (kernel === undefined) return error;
  return new CompileError(
    "kernel-unknown",
    `No rule lowers the tfjs kernel "${kernel}". Write the program with other operations, or add a rule to the compiler's rules/.`,
    { details: { kernel }, cause: error },
  );
}

/** Runs `body` with the trace backend in charge, and puts tfjs back as it was, whatever happens. */
function withBackend<T>(backend: TraceBackend, body: () => T): T {
  const engine = tf.engine();
  const previous = engine.backendName as string | null | undefined;
  if (previous === BACKEND) {
    throw new CompileError(
      "trace-nested",
      "A trace was started inside a trace: trace one program after the other.",
    );
  }
  registerKernels();
  tf.registerBackend(BACKEND, () => backend, 0);
  void engine.setBackend(BACKEND);
  engine.startScope(BACKEND);
  try {
    return body();
  } finally {
    engine.endScope();
    tf.removeBackend(BACKEND);
    if (previous) void engine.setBackend(previous);
  }
}

/**
 * Runs the function once on symbols and records the tfjs kernels it runs, gradients included.
 * Tensors that it closes over are copied into the graph as constants. Throws "value-unknown" where
 * the function reads data, "kernel-unknown", "trace-async", "trace-nested", "input-invalid" and
 * "output-invalid".
 */
export function trace(
  fn: TracedFunction,
  specs: Readonly<Record<string, InputSpec>>,
  options: { name?: string } = {},
): KernelGraph {
  const recorder = createRecorder();
  const backend = new TraceBackend(recorder);
  try {
    return withBackend(backend, () => {
      const { tracer, names } = createTracer(backend);
      const inputs = Object.fromEntries(
        Object.entries(specs).map(([name, spec]) => [name, tracer.input(name, spec)]),
      );
      const result: unknown = fn(inputs, tracer);
      if (backend.failure) throw backend.failure;
      checkOutputs(result, names);
      const outputs = Object.entries(result).map(([name, tensor]): [string, TracedValue] => [
        name,
        backend.symbolOf(tensor),
      ]);
      return recorder.graph(options.name ?? "program", outputs);
    });
  } catch (error) {
    throw backend.failure ?? explained(error);
  }
}
