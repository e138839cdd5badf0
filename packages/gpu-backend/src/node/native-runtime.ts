import { InferenceSession, Tensor } from "onnxruntime-node";
import type { CompileOptions, Runtime } from "../onnx/runtime.js";

type Feeds = Record<string, Tensor>;

/** ONNX Runtime's own code for this processor. It reads and writes tensors in place. */
export const nativeRuntime: Runtime = {
  tensor: (type, data, shape) => new Tensor(type, data, shape),
  compile: async (request, options) => {
    const session = await InferenceSession.create(request.model, {
      ...sessionOptions(options),
      externalData: [...request.external],
    });
    return {
      run: (feeds, wanted) => session.run(feeds as Feeds, wanted),
      runInto: async (feeds, targets) => {
        await session.run(feeds as Feeds, targets as Feeds);
      },
      release: () => session.release(),
    };
  },
};

/** Spinning threads would fight with whatever else the process does, and gain nothing here. */
const sessionOptions = ({ threads, held }: CompileOptions): InferenceSession.SessionOptions => ({
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  executionMode: "sequential",
  graphOptimizationLevel: "all",
  // The plan of one block for all tensors is made while a first run takes them piece by piece, and the
  // pieces are never given back: without it a step is as fast and takes half the memory.
  enableMemPattern: false,
  enableCpuMemArena: held < KEEPING || process.memoryUsage.rss() < ROOM,
  logSeverityLevel: 3,
  extra: { session: { intra_op: { allow_spinning: "0" } } },
});

/** Graphs that may keep the memory of their largest run, whatever they take: a step and an evaluation. */
const KEEPING = 2;

/**
 * Bytes that a process holds from which on further graphs give back what a run took. Batches of eleven lengths have
 * eleven graphs, which on 512 tokens of a small BERT kept 8 GB together; so the process peaks at half of that
 * (benchmarks/results/bert-texts.md and bert-texts-medical.md).
 */
const ROOM = 2 ** 31;
