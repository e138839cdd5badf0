import type { CompileOptions, Runtime, Tensors } from "./runtime.js";

/** A build of onnxruntime-web, as its package gives it. */
type OnnxRuntimeWeb = Pick<typeof import("onnxruntime-web"), "env" | "InferenceSession" | "Tensor">;

type SessionOptions = NonNullable<Parameters<OnnxRuntimeWeb["InferenceSession"]["create"]>[1]>;

type Feeds = Parameters<
  Awaited<ReturnType<OnnxRuntimeWeb["InferenceSession"]["create"]>>["run"]
>[0];

/**
 * ONNX Runtime in WebAssembly, with SIMD. It computes in a memory of its own, or on the GPU: tensors are copied
 * there before a run, and what was computed is copied back.
 */
export const wasmRuntime = (ort: OnnxRuntimeWeb, provider: "wasm" | "webgpu"): Runtime => ({
  tensor: (type, data, shape) => new ort.Tensor(type, data, shape),
  compile: async (request, options) => {
    // All graphs share the threads that the first one starts.
    ort.env.wasm.numThreads = options.threads;
    const session = await ort.InferenceSession.create(request.model, {
      ...sessionOptions(options),
      executionProviders: [provider],
      externalData: [...request.external],
    });
    requireThreads(ort.env.wasm.numThreads, options.threads);
    return {
      run: (feeds, wanted) => session.run(feeds as Feeds, wanted),
      runInto: async (feeds, targets) => {
        copyInto(targets, await session.run(feeds as Feeds, Object.keys(targets)));
      },
      release: () => session.release(),
    };
  },
});

const sessionOptions = ({ held }: CompileOptions): SessionOptions => ({
  executionMode: "sequential",
  graphOptimizationLevel: "all",
  enableMemPattern: false,
  enableCpuMemArena: held < KEEPING,
  logSeverityLevel: 3,
  extra: { session: { intra_op: { allow_spinning: "0" } } },
});

/** Graphs that may keep the memory of their largest run: a step and an evaluation. There are 4 GiB in all. */
const KEEPING = 2;

/** It takes one thread where it finds that it can't have more. */
function requireThreads(got: number | undefined, asked: number): void {
  if (got === asked) return;
  throw new Error(
    `ONNX Runtime computes with ${got} threads instead of ${asked}. Ask for one thread, or let the page be cross-origin isolated.`,
  );
}

function copyInto(targets: Tensors, results: Tensors): void {
  for (const [name, { data }] of Object.entries(targets)) {
    const result = results[name]?.data;
    (data as Float32Array).set(result as Float32Array);
  }
}
