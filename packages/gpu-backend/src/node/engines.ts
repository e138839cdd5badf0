import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { type Engine, GraftError } from "@graft-ml/core";
import { createOnnxEngine, type OnnxOptions } from "../onnx/engine.js";
import type { Digest } from "../onnx/hash.js";
import { type ProbedRuntime, probeOnnxRuntime, probeOnnxRuntimeWeb } from "./probe-runtime.js";
import { type RuntimeName, startThread } from "./start-thread.js";

/**
 * Compiles programs to ONNX graphs and runs them with onnxruntime-node on this CPU, in a worker thread
 * that keeps neither the event loop nor, when idle, the process. Throws `device-unavailable` where
 * onnxruntime-node isn't installed.
 */
export const createNativeEngine = (options: OnnxOptions = {}): Promise<Engine> =>
  onThread("native", probeOnnxRuntime, options);

/**
 * The same with onnxruntime-web's WebAssembly: slower, and wherever Node runs. All graphs and what they
 * compute share 4 GiB. Throws `device-unavailable` where onnxruntime-web isn't installed.
 */
export const createWasmEngine = (options: OnnxOptions = {}): Promise<Engine> =>
  onThread("wasm", probeOnnxRuntimeWeb, options);

async function onThread(
  name: RuntimeName,
  probeRuntime: (options: { threads: number }) => ProbedRuntime,
  { threads = availableParallelism(), maxGraphBytes }: OnnxOptions,
): Promise<Engine> {
  const probe = probeRuntime({ threads });
  if (!probe.available) {
    const how = probe.install === undefined ? "" : ` Install it with: ${probe.install}`;
    throw new GraftError("device-unavailable", `${probe.reason}.${how}`);
  }
  const { description } = probe;
  const start = () => startThread(name);
  return createOnnxEngine({
    ...{ name, description, threads, target: name },
    ...{ maxGraphBytes, start, digest: sha256 },
  });
}

export const sha256: Digest = (parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
};
