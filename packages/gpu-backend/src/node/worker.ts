import { parentPort, workerData } from "node:worker_threads";
import type { Envelope } from "../onnx/protocol.js";
import type { Runtime } from "../onnx/runtime.js";
import { serve } from "../onnx/serve.js";
import { wasmRuntime } from "../onnx/wasm-runtime.js";
import type { RuntimeName } from "./start-thread.js";

if (parentPort === null) throw new Error("This file runs in a worker thread.");
const port = parentPort;

/** The thread ends by itself once its port is closed. */
const answer = serve(await openRuntime(workerData as RuntimeName), {
  send: (message, transfer) => port.postMessage(message, transfer),
  leave: () => port.close(),
});

port.on("message", (envelope: Envelope) => answer(envelope));

async function openRuntime(name: RuntimeName): Promise<Runtime> {
  if (name === "native") return (await import("./native-runtime.js")).nativeRuntime;
  return wasmRuntime(await import("onnxruntime-web"), "wasm");
}
