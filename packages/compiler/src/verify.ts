import * as tf from "@tensorflow/tfjs-core";
import { type Compiled, compile } from "./compile.js";
import { CompileError } from "./errors.js";
import type { ConstantData, ElementType, Target } from "./graph.js";
import type { InputSpec, TracedFunction } from "./trace.js";

/** A tensor on the host: row-major, booleans one byte each. */
export type HostArray = {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: ConstantData;
};

export type HostArrays = Readonly<Record<string, HostArray>>;

export type VerifyOptions = {
  /** Runs the compiled model on the feeds, whose types are those of `compiled.graph.inputs`. */
  readonly run: (compiled: Compiled, feeds: HostArrays) => Promise<HostArrays>;
  /** The tfjs backend to compare with; registered by the caller. Default "cpu". */
  readonly backend?: string;
  /** Default "native". */
  readonly target?: Target;
  /** Largest error that passes, relative to the output's largest magnitude. Default 1e-4. */
  readonly tolerance?: number;
  /** Values of the inputs that the program declares while it is traced. */
  readonly declared?: HostArrays;
};

export type OutputReport = {
  readonly name: string;
  /** Largest absolute difference. */
  readonly absolute: number;
  /** The same, relative to the largest magnitude of the eager output. */
  readonly relative: number;
};

export type VerifyReport = {
  readonly passed: boolean;
  /** The output that differs most. */
  readonly worst: OutputReport;
  readonly outputs: readonly OutputReport[];
};

const dtypeOf = (type: ElementType): "float32" | "int32" | "bool" =>
  type === "uint8" ? "int32" : (type as "float32");

function toTensor({ type, shape, data }: HostArray): tf.Tensor {
  return tf.tensor(Array.from<number | bigint>(data).map(Number), [...shape], dtypeOf(type));
}

async function runEager(
  fn: TracedFunction,
  inputs: HostArrays,
  options: VerifyOptions,
): Promise<Record<string, tf.Tensor>> {
  const previous = tf.getBackend();
  await tf.setBackend(options.backend ?? "cpu");
  try {
    return tf.tidy(() =>
      fn(
        Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, toTensor(value)])),
        {
          input(name) {
            const value = options.declared?.[name];
            if (value !== undefined) return toTensor(value);
            throw new CompileError(
              "input-invalid",
              `The program declares the input "${name}": give its value in "declared".`,
            );
          },
        },
      ),
    );
  } finally {
    if (previous) await tf.setBackend(previous);
  }
}

/** int32 as the border of a portable graph wants it. */
function asType(value: HostArray, type: ElementType): HostArray {
  if (value.type === type || type !== "int64") return value;
  return {
    ...value,
    type,
    data: BigInt64Array.from(Array.from<number | bigint>(value.data).map(BigInt)),
  };
}

function feedsOf(compiled: Compiled, values: HostArrays): HostArrays {
  return Object.fromEntries(
    compiled.graph.inputs.map(({ name, type }) => [name, asType(values[name] as HostArray, type)]),
  );
}

function compare(name: string, got: HostArray | undefined, want: tf.Tensor): OutputReport {
  const expected = want.dataSync();
  const actual = got?.data ?? new Float32Array(0);
  if (got?.shape.join() !== want.shape.join() || actual.length !== expected.length) {
    throw new CompileError(
      "output-invalid",
      `The compiled output "${name}" has the shape [${got?.shape.join(", ")}] where eager has [${want.shape.join(", ")}].`,
    );
  }
  let absolute = 0;
  let magnitude = 0;
  for (let index = 0; index < expected.length; index++) {
    const [a, b] = [Number(actual[index]), Number(expected[index])];
    const difference = Object.is(a, b) ? 0 : Math.abs(a - b);
    absolute = Math.max(absolute, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
    if (Number.isFinite(b)) magnitude = Math.max(magnitude, Math.abs(b));
  }
  return { name, absolute, relative: absolute === 0 ? 0 : absolute / Math.max(magnitude, 1e-30) };
}

/** Compiles the program, runs it by `options.run`, and says how far it is from the eager result. */
export async function verify(
  fn: TracedFunction,
  inputs: HostArrays,
  options: VerifyOptions,
): Promise<VerifyReport> {
  const specs = Object.fromEntries(
    Object.entries(inputs).map(([name, { type, shape }]) => [
      name,
      { type: type as InputSpec["type"], shape },
    ]),
  );
  const compiled = compile(fn, specs, { target: options.target ?? "native" });
  const got = await options.run(compiled, feedsOf(compiled, { ...inputs, ...options.declared }));
  const eager = await runEager(fn, inputs, options);
  try {
    const outputs = Object.entries(eager).map(([name, want]) => compare(name, got[name], want));
    const worst = outputs.reduce((a, b) => (b.relative > a.relative ? b : a));
    return { passed: worst.relative <= (options.tolerance ?? 1e-4), worst, outputs };
  } finally {
    tf.dispose(eager);
  }
}
