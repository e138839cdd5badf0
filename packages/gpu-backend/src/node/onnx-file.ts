import { GraftError, type HostTensor } from "@graft-ml/core";
import { findInstalled } from "./installed.js";
import { probeOnnxRuntime } from "./probe-runtime.js";

type Tensors = Readonly<Record<string, HostTensor<"float32" | "uint8" | "int32">>>;

/** An ONNX model opened as any program would open it: from its file, on ONNX Runtime. */
export type OnnxFile = {
  /** "onnxruntime-node 1.30.0". */
  readonly runtime: string;
  /** Inputs by name -> float32 outputs by name; int32 goes in as int64, which such files take numbers of tokens as. */
  run(inputs: Tensors): Promise<Readonly<Record<string, HostTensor<"float32">>>>;
  close(): Promise<void>;
};

/** Opens a file to try it out. Throws `device-unavailable` where ONNX Runtime is not installed. */
export async function openOnnxFile(path: string): Promise<OnnxFile> {
  const { available, reason, install } = { reason: "", install: "", ...probeOnnxRuntime() };
  if (!available) {
    throw new GraftError(
      "device-unavailable",
      `${path} can't be tried out: ${reason}. Install it: ${install || "npm install onnxruntime-node"}`,
      { details: { path } },
    );
  }
  const { InferenceSession, Tensor } = await import("onnxruntime-node");
  const session = await InferenceSession.create(path, {
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  });
  const version = findInstalled("onnxruntime-node", import.meta.url)?.version ?? "";
  return {
    runtime: `onnxruntime-node ${version}`,
    async run(inputs) {
      const feeds = Object.entries(inputs).map(([name, { dtype, shape, data }]) => [
        name,
        dtype === "int32"
          ? new Tensor("int64", BigInt64Array.from(data, BigInt), shape)
          : new Tensor(dtype, data, shape),
      ]);
      const results = await session.run(Object.fromEntries(feeds));
      return Object.fromEntries(
        Object.entries(results).map(([name, { dims, data }]) => [
          name,
          { dtype: "float32", shape: dims, data: data as Float32Array },
        ]),
      );
    },
    close: () => session.release(),
  };
}
