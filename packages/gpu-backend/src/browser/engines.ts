import { type Engine, GraftError } from "@graft-ml/core";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { createOnnxEngine, type OnnxOptions } from "../onnx/engine.js";
import type { Digest } from "../onnx/hash.js";
import { probeWasm, probeWebgpu } from "./probe.js";
import { requireGradients } from "./self-test.js";
import { overWorker } from "./start-worker.js";
import { threadsHere } from "./threads.js";

/**
 * Compiles programs to ONNX graphs and runs them with onnxruntime-web's WebAssembly, in a worker of the page.
 * Threads need a page that is cross-origin isolated; elsewhere there is one. All graphs and what they compute
 * share 4 GiB. Throws `device-unavailable` without SIMD, and for threads that the page may not have.
 */
export async function createWasmEngine({
  threads,
  maxGraphBytes,
}: OnnxOptions = {}): Promise<Engine> {
  const given = threadsHere(threads);
  const probe = probeWasm(given);
  if (!probe.available) throw new GraftError("device-unavailable", `${probe.reason}.`);
  // The URL stands here in full, since bundlers look for it in this form.
  const start = () =>
    overWorker(new Worker(new URL("./wasm-worker.js", import.meta.url), { type: "module" }));
  const { description } = probe;
  return createOnnxEngine({
    ...{ name: "wasm", description, threads: given, target: "wasm" },
    ...{ maxGraphBytes, start, digest },
  });
}

/**
 * The same on the GPU, by onnxruntime-web's WebGPU. The first thing it computes is a training step of a small
 * network, whose gradients must be those of plain tfjs. Throws `device-unavailable` where there is no adapter or
 * its gradients are wrong.
 */
export async function createWebgpuEngine({ maxGraphBytes }: OnnxOptions = {}): Promise<Engine> {
  const probe = await probeWebgpu();
  if (!probe.available) throw new GraftError("device-unavailable", `${probe.reason}.`);
  const start = () =>
    overWorker(new Worker(new URL("./webgpu-worker.js", import.meta.url), { type: "module" }));
  const { description } = probe;
  const engine = await createOnnxEngine({
    ...{ name: "webgpu", description, threads: 1, target: "webgpu" },
    ...{ maxGraphBytes, start, digest },
  });
  try {
    await requireGradients(engine);
  } catch (error) {
    await engine.close();
    throw error;
  }
  return engine;
}

/** The page's own would be asynchronous, and there only where it came over a secure connection. */
const digest: Digest = (parts) => {
  const hash = sha256.create();
  for (const part of parts) hash.update(typeof part === "string" ? utf8ToBytes(part) : part);
  return bytesToHex(hash.digest());
};
