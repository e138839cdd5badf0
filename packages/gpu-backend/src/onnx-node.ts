import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { Availability } from "./device.js";
import { findInstalled } from "./installed.js";

export const installOnnxRuntime = "ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node";

/** Looks for onnxruntime-node and its binary for this platform; `from` is a file whose packages count. */
export function probeOnnxRuntime(
  from: string | URL = import.meta.url,
  { platform = process.platform, arch = process.arch }: { platform?: string; arch?: string } = {},
): Availability & { description: string } {
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
  const description = `ONNX Runtime ${found.version} on this CPU, ${availableParallelism()} threads`;
  const binary = `${found.folder}/bin/napi-v6/${platform}/${arch}/onnxruntime_binding.node`;
  if (existsSync(binary)) return { available: true, description };
  return {
    available: false,
    description,
    reason: `onnxruntime-node ${found.version} carries no binary for ${platform} ${arch}`,
  };
}
