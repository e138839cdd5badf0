import * as ort from "onnxruntime-node";
import type { Compiled } from "../compile.js";
import type { ConstantData, ElementType } from "../graph.js";
import type { TracedFunction } from "../trace.js";
import {
  type HostArray,
  type HostArrays,
  type OutputReport,
  type VerifyOptions,
  verify,
} from "../verify.js";

/** Runs a compiled model once on onnxruntime-node; how the package's own tests run models. */
export async function runModel(compiled: Compiled, feeds: HostArrays): Promise<HostArrays> {
  const session = await ort.InferenceSession.create(compiled.model, {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
    externalData: [...compiled.external],
  });
  try {
    const tensors = Object.entries(feeds).map(([name, { type, shape, data }]) => [
      name,
      new ort.Tensor(type as "float32", data as Float32Array, shape),
    ]);
    const results = await session.run(Object.fromEntries(tensors));
    return Object.fromEntries(
      Object.entries(results).map(([name, { type, dims, data }]) => [
        name,
        { type: type as ElementType, shape: dims, data: data as ConstantData },
      ]),
    );
  } finally {
    await session.release();
  }
}

/** Numbers that repeat from run to run, between -scale and scale and off the integers. */
export function numbers(shape: readonly number[], { seed = 1, scale = 2 } = {}): HostArray {
  let state = (seed * 2654435761) >>> 0;
  const next = () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return (state / 2 ** 32 - 0.5) * 2 * scale;
  };
  const size = shape.reduce((a, b) => a * b, 1);
  for (let i = 0; i < 8; i++) next();
  return { type: "float32", shape, data: Float32Array.from({ length: size }, next) };
}

/** Whole numbers in [low, high). */
export function integers(shape: readonly number[], low: number, high: number, seed = 1): HostArray {
  const { data } = numbers(shape, { seed, scale: 1 });
  const values = Array.from(data as Float32Array, (x) =>
    Math.floor(low + ((x + 1) / 2) * (high - low)),
  );
  return { type: "int32", shape, data: Int32Array.from(values) };
}

/** The outputs whose relative error, compiled against tfjs cpu, is above the tolerance. */
export async function errorsAbove(
  tolerance: number,
  fn: TracedFunction,
  inputs: HostArrays,
  options: Partial<VerifyOptions> = {},
): Promise<OutputReport[]> {
  const report = await verify(fn, inputs, { run: runModel, ...options });
  return report.outputs.filter(({ relative }) => !(relative <= tolerance));
}
