import { createEagerEngine } from "@graft-ml/core";
import type { Candidate } from "../device.js";
import { createNativeEngine, createWasmEngine } from "./engines.js";
import { probeOnnxRuntime, probeOnnxRuntimeWeb } from "./probe-runtime.js";
import { probeTfjsNode, type TfjsNodePackage } from "./tfjs-node.js";

/** TensorFlow's Node binding as an eager engine; probing it loads it, which registers its backend. */
const tfjsNode = (name: string, packageName: TfjsNodePackage): Candidate => ({
  name,
  probe: () => probeTfjsNode(packageName),
  open: () => createEagerEngine({ backend: "tensorflow" }),
});

/** Every way to run programs that this package knows, best first: `auto` takes the first that works. */
export const candidates: readonly Candidate[] = [
  {
    name: "native",
    probe: async () => probeOnnxRuntime(),
    open: createNativeEngine,
  },
  tfjsNode("tfjs-node-gpu", "@tensorflow/tfjs-node-gpu"),
  tfjsNode("tfjs-node", "@tensorflow/tfjs-node"),
  {
    name: "wasm",
    probe: async () => probeOnnxRuntimeWeb(),
    open: createWasmEngine,
  },
  {
    name: "cpu",
    probe: async () => ({
      available: true,
      description: "plain tfjs on this CPU, operation by operation: slow, and always there",
    }),
    open: async () => {
      await import("@tensorflow/tfjs-backend-cpu");
      return createEagerEngine({ backend: "cpu" });
    },
  },
];
