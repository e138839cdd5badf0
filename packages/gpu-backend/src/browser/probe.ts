import type { Probed } from "../device.js";
import { threadsInWords } from "./threads.js";

/** A function of one instruction on vectors: what can't run it has no SIMD. */
const SIMD = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0],
  ...[65, 0, 253, 15, 253, 98, 11],
);

/** Whether this browser's WebAssembly has what ONNX Runtime and the optimizers' loops need. */
export function probeWasm(threads: number): Probed {
  const description = `ONNX Runtime in WebAssembly, ${threadsInWords(threads)}`;
  if (WebAssembly.validate(SIMD)) return { available: true, description };
  return {
    available: false,
    description,
    reason: "this browser's WebAssembly has no SIMD: a newer version of it has",
  };
}

/** The part of WebGPU that is asked here. */
type Gpu = {
  requestAdapter(): Promise<{
    readonly isFallbackAdapter?: boolean;
    readonly info: {
      readonly vendor: string;
      readonly architecture: string;
      readonly description: string;
      readonly isFallbackAdapter?: boolean;
    };
  } | null>;
};

/** What computes on the processor under the name of a GPU. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render|software/i;

/** Looks for an adapter. One that is software works when asked for by name, and is slower than WebAssembly. */
export async function probeWebgpu(): Promise<Probed> {
  const name = "ONNX Runtime on WebGPU";
  const none = (reason: string): Probed => ({ available: false, description: name, reason });
  const { gpu } = navigator as { gpu?: Gpu };
  if (gpu === undefined) {
    return none(
      "this browser has no WebGPU, or the page came over a connection that is not secure",
    );
  }
  const adapter = await gpu.requestAdapter();
  if (adapter === null) return none("WebGPU is there, but finds no adapter");
  const { vendor, architecture, description } = adapter.info;
  const words = [description || vendor, architecture].filter(Boolean).join(" ") || "an adapter";
  const fallback = adapter.isFallbackAdapter ?? adapter.info.isFallbackAdapter ?? false;
  const software = fallback || SOFTWARE.test(`${vendor} ${architecture} ${description}`);
  if (!software) return { available: true, description: `${name}: ${words}` };
  return {
    available: true,
    description: `${name}: ${words} (software)`,
    onlyByName: "its adapter is software, slower than WebAssembly",
  };
}
