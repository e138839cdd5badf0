import { createEagerEngine } from "@graft-ml/core";
import type { Candidate } from "../device.js";
import { createWasmEngine, createWebgpuEngine } from "./engines.js";
import { probeWasm, probeWebgpu } from "./probe.js";
import { threadsHere } from "./threads.js";

export { createWasmEngine };

/** Every way to run programs in a browser that this package knows, best first. */
export const candidates: readonly Candidate[] = [
  { name: "webgpu", probe: probeWebgpu, open: createWebgpuEngine },
  {
    name: "wasm",
    probe: async () => probeWasm(threadsHere(undefined)),
    open: createWasmEngine,
  },
  {
    name: "cpu",
    probe: async () => ({
      available: true,
      description: "plain tfjs in JavaScript, operation by operation: slow, and always there",
    }),
    open: async () => {
      await import("@tensorflow/tfjs-backend-cpu");
      return createEagerEngine({ backend: "cpu" });
    },
  },
];
