import { env, InferenceSession, Tensor } from "onnxruntime-web";
import type { CompileOptions, Runtime, Tensors } from "./runtime.js";

type Feeds = Record<string, Tensor>;

/**
 * ONNX Runtime in WebAssembly, with SIMD. It computes in a memory of its own: tensors are copied there before
 * a run, and what was computed is copied back.
 */
export const wasmRuntime: Runtime = {
  tensor: (type, data, shape) => new Tensor(type, data, shape),
  compile: async (request, options) => {
    // All graphs share the threads that the first one starts.
    env.wasm.numThreads = options.threads;
    const session = await InferenceSession.create(request.model, {
      ...sessionOptions(options),
      externalData: [...request.external],
    });
    return {
      run: (feeds, wanted) => session.run(feeds as Feeds, wanted),
      runInto: async (feeds, targets) => {
        copyInto(targets, await session.run(feeds as Feeds, Object.keys(targets)));
      },
      release: () => session.release(),
    };
  },
};

const sessionOptions = ({ held }: CompileOptions): InferenceSession.SessionOptions => ({
  executionProviders: ["wasm"],
  executionMode: "sequential",
  graphOptimizationLevel: "all",
  enableMemPattern: false,
  enableCpuMemArena: held < KEEPING,
  logSeverityLevel: 3,
  extra: { session: { intra_op: { allow_spinning: "0" } } },
});

/** Graphs that may keep the memory of their largest run: a step and an evaluation. There are 4 GiB in all. */
const KEEPING = 2;

function copyInto(targets: Tensors, results: Tensors): void {
  for (const [name, { data }] of Object.entries(targets)) {
    const result = results[name]?.data;
    (data as Float32Array).set(result as Float32Array);
  }
}
