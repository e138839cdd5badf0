import type { Answer } from "../onnx/protocol.js";
import { correspond, type Transport } from "../onnx/transport.js";

/** What a browser's worker says: an answer, or that it has left. */
export type WorkerMessage = Answer | "left";

/** Ties a transport to a worker that was just started. A worker that has left is ended, and its memory with it. */
export function overWorker(worker: Worker): Transport {
  const calls = correspond({
    send: (envelope, transfer) => worker.postMessage(envelope, [...transfer]),
  });
  const left = new Promise<void>((resolve) => {
    const ended = (what: string, cause?: unknown) => {
      calls.stopped(what, cause);
      worker.terminate();
      resolve();
    };
    worker.addEventListener("message", ({ data }: MessageEvent<WorkerMessage>) => {
      if (data === "left") ended("it was closed");
      else calls.answered(data);
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      ended(
        event.message ? `its worker failed: ${event.message}` : "its worker's script did not load",
        event.error,
      );
    });
    worker.addEventListener("messageerror", () => ended("its worker sent what can't be read"));
  });
  return {
    call: calls.call,
    close: () => {
      worker.postMessage({ call: "end" });
      return left;
    },
  };
}
