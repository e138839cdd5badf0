import type { Envelope } from "../onnx/protocol.js";
import type { Runtime } from "../onnx/runtime.js";
import { serve } from "../onnx/serve.js";
import type { WorkerMessage } from "./start-worker.js";

type Scope = {
  readonly name: string;
  postMessage(message: WorkerMessage, transfer?: Transferable[]): void;
  addEventListener(type: "message", hear: (event: MessageEvent<Envelope>) => void): void;
};

/** ONNX Runtime starts its threads with the script it was bundled into: there, this must keep still. */
const ONNX_RUNTIME_THREAD = "em-pthread";

/** Lets a dedicated worker answer an engine. */
export function serveWorker(runtime: Runtime): void {
  const scope = globalThis as unknown as Scope;
  if (scope.name === ONNX_RUNTIME_THREAD) return;
  const answer = serve(runtime, {
    send: (message, transfer) => scope.postMessage(message, [...transfer]),
    leave: () => scope.postMessage("left"),
  });
  scope.addEventListener("message", ({ data }) => answer(data));
}
