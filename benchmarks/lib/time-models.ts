import { loadavg } from "node:os";

type ModelInput = {
  readonly name: string;
  readonly shape: readonly number[];
  /** Values in [0, 2) rather than [-1, 1), as variances need. Default false. */
  readonly positive?: boolean;
};

/** A model that takes and gives float32 only. */
export type Candidate = {
  readonly name: string;
  readonly model: Uint8Array;
  readonly inputs: readonly ModelInput[];
};

export type Timing = { readonly name: string; readonly median: number; readonly best: number };

/** Values from `from` to `from` + 2, the same in every run. */
function values(size: number, from: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 + from;
  });
}

/** onnxruntime-node with two threads, or onnxruntime-web's WebAssembly with one. */
export type Runtime = "native" | "wasm";

type OnnxRuntime = Pick<typeof import("onnxruntime-node"), "InferenceSession" | "Tensor">;

async function load(runtime: Runtime): Promise<OnnxRuntime> {
  if (runtime === "native") return import("onnxruntime-node");
  const web = await import("onnxruntime-web/wasm");
  web.env.wasm.numThreads = 1;
  return web;
}

async function open(ort: OnnxRuntime, { name, model, inputs }: Candidate) {
  const session = await ort.InferenceSession.create(model, {
    intraOpNumThreads: 2,
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  });
  const feeds = Object.fromEntries(
    inputs.map((input) => {
      const size = input.shape.reduce((a, b) => a * b, 1);
      return [
        input.name,
        new ort.Tensor("float32", values(size, input.positive ? 0 : -1), input.shape),
      ];
    }),
  );
  return { name, session, feeds, times: [] as number[] };
}

/** Milliseconds of each model, run in turns so that all meet the same noise. */
export async function timeModels(
  candidates: readonly Candidate[],
  rounds: number,
  runtime: Runtime = "native",
): Promise<Timing[]> {
  const ort = await load(runtime);
  const runs = [];
  for (const candidate of candidates) runs.push(await open(ort, candidate));
  for (let round = -1; round < rounds; round++) {
    for (const { session, feeds, times } of runs) {
      const start = performance.now();
      await session.run(feeds);
      if (round >= 0) times.push(performance.now() - start);
    }
  }
  for (const { session } of runs) await session.release();
  return runs.map(({ name, times }) => {
    times.sort((a, b) => a - b);
    return { name, median: times[times.length >> 1] ?? Number.NaN, best: times[0] ?? Number.NaN };
  });
}

/** How busy the machine was: two threads want two cores to themselves. */
export const loadNote = (): string =>
  `Load average over the last five minutes of the run: ${(loadavg()[1] ?? 0).toFixed(1)}.`;
