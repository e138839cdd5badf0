import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { Availability } from "../device.js";
import { findInstalled } from "./installed.js";

const installOnnxRuntime = "ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node";

type Surroundings = {
  /** A file whose packages count. Default: this one. */
  from?: string | URL;
  /** What the description says. Default: as many as there are cores. */
  threads?: number;
  platform?: string;
  arch?: string;
};

export type ProbedRuntime = Availability & { readonly description: string };

/** Looks for onnxruntime-node and its binary for this platform, without loading it. */
export function probeOnnxRuntime(options: Surroundings = {}): ProbedRuntime {
  const { from = import.meta.url, threads = availableParallelism() } = options;
  const { platform = process.platform, arch = process.arch } = options;
  const found = findInstalled("onnxruntime-node", from);
  if (found === undefined) {
    return {
      available: false,
      description: "ONNX Runtime on this CPU",
      reason:
        "onnxruntime-node is not installed (npm drops it without a word when its install script fails)",
      install: installOnnxRuntime,
    };
  }
  const description = `ONNX Runtime ${found.version} on this CPU, ${threads} threads`;
  const binary = `${found.folder}/bin/napi-v6/${platform}/${arch}/onnxruntime_binding.node`;
  if (existsSync(binary)) return { available: true, description };
  return {
    available: false,
    description,
    reason: `onnxruntime-node ${found.version} carries no binary for ${platform} ${arch}`,
  };
}

/** Looks for onnxruntime-web, without loading it. */
export function probeOnnxRuntimeWeb(
  options: Pick<Surroundings, "from" | "threads"> = {},
): ProbedRuntime {
  const { from = import.meta.url, threads = availableParallelism() } = options;
  const found = findInstalled("onnxruntime-web", from);
  if (found !== undefined) {
    const description = `ONNX Runtime ${found.version} in WebAssembly, ${threads} threads`;
    return { available: true, description };
  }
  return {
    available: false,
    description: "ONNX Runtime in WebAssembly",
    reason: "onnxruntime-web is not installed",
    install: "npm install onnxruntime-web",
  };
}
