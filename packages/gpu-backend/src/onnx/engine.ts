import { availableParallelism } from "node:os";
import { type Engine, GraftError, registerGradients, type Session } from "@graft-ml/core";
import { type ProbedRuntime, probeOnnxRuntime, probeOnnxRuntimeWeb } from "../onnx-node.js";
import { createGraphs } from "./graphs.js";
import { openNativeSession } from "./native-session.js";
import type { RuntimeName } from "./runtime.js";
import { asSession } from "./session.js";
import { startThread } from "./transport.js";

export type OnnxOptions = {
  /** Threads of one computation. Default: as many as there are cores. */
  threads?: number;
  /**
   * Most bytes of compiled graphs (models and constants) to hold; beyond that, the longest unused are let
   * go and compiled anew when they are needed. Default 2 GiB.
   */
  maxGraphBytes?: number;
};

/**
 * Compiles programs to ONNX graphs and runs them with onnxruntime-node on this CPU, in a worker thread
 * that keeps neither the event loop nor, when idle, the process. Throws `device-unavailable` where
 * onnxruntime-node isn't installed.
 */
export const createNativeEngine = (options: OnnxOptions = {}): Promise<Engine> =>
  createOnnxEngine("native", probeOnnxRuntime, options);

/**
 * The same with onnxruntime-web's WebAssembly: slower, and wherever Node runs. All graphs and what they
 * compute share 4 GiB. Throws `device-unavailable` where onnxruntime-web isn't installed.
 */
export const createWasmEngine = (options: OnnxOptions = {}): Promise<Engine> =>
  createOnnxEngine("wasm", probeOnnxRuntimeWeb, options);

async function createOnnxEngine(
  name: RuntimeName,
  probeRuntime: (options: { threads: number }) => ProbedRuntime,
  options: OnnxOptions,
): Promise<Engine> {
  const { threads = availableParallelism(), maxGraphBytes = 2 ** 31 } = options;
  const probe = probeRuntime({ threads });
  if (!probe.available) {
    const how = probe.install === undefined ? "" : ` Install it with: ${probe.install}`;
    throw new GraftError("device-unavailable", `${probe.reason}.${how}`);
  }
  registerGradients();
  const transport = startThread(name);
  const graphs = createGraphs(transport, maxGraphBytes);
  await transport.call("hello", { threads });
  const sessions = new Set<Session>();
  let opened = 0;
  let closing: Promise<void> | undefined;
  return {
    name,
    description: probe.description,
    async open(input) {
      if (closing)
        throw new GraftError("engine-closed", "This engine is closed. Create a new one.");
      const native = await openNativeSession(input, { id: opened++, transport, graphs });
      const session = asSession(native, () => sessions.delete(session));
      sessions.add(session);
      return session;
    },
    close: () => {
      closing ??= Promise.all([...sessions].map((session) => session.close())).then(() =>
        transport.close(),
      );
      return closing;
    },
  };
}
