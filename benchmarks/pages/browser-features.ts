import {
  arraySource,
  createEagerEngine,
  type Engine,
  extractFeatures,
  featureProgram,
  loadWeights,
  memorySource,
  modelFromConfig,
  safetensorsStore,
  weightsOf,
} from "@graft-ml/core";
import { acquire } from "@graft-ml/gpu-backend";
import { pictureTask, preprocessFromConfig } from "@graft-ml/vision";
import { defaultBackbone } from "@graft-ml/zoo";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";

/** What the benchmark calls in the page. */
export type FeaturesPage = {
  open(about: {
    threads: number;
    pictures: number;
    size: number;
    batchSize: number;
  }): Promise<void>;
  /** Seconds to the features of all pictures, and the mean of all features. */
  run(who: Who): Promise<{ seconds: number; mean: number }>;
};

export type Who = "ours" | "tfjs";

type Work = () => Promise<Float32Array>;

const works = new Map<Who, Work>();

async function open(about: Parameters<FeaturesPage["open"]>[0]): Promise<void> {
  const { threads } = about;
  setWasmPaths("./");
  setThreadsCount(threads);
  works.set("ours", await prepared(await acquire({ device: "wasm", threads }), about));
  works.set("tfjs", await prepared(await createEagerEngine({ backend: "wasm" }), about));
}

async function prepared(
  engine: Engine,
  { pictures, size, batchSize }: { pictures: number; size: number; batchSize: number },
): Promise<Work> {
  const entry = defaultBackbone();
  const model = modelFromConfig(entry.config);
  const asset = new Uint8Array(await (await fetch(entry.file)).arrayBuffer());
  const store = safetensorsStore(memorySource(asset, entry.file));
  const preprocess = preprocessFromConfig({ ...entry.config, input_size: [3, size, size] });
  const task = pictureTask({ preprocess });
  const weights = weightsOf(model, await loadWeights(model.specs, store), { to: "pool" });
  const session = await engine.open({ weights });
  const program = featureProgram({ model, task, to: "pool" });
  const source = arraySource({ image: noise([pictures, size, size, 3]) });
  return async () => {
    const rows: Float32Array[] = [];
    const extraction = { session, program, source, reads: task, batchSize };
    for await (const { features } of extractFeatures(extraction)) rows.push(features.data);
    return Float32Array.from(rows.flatMap((row) => [...row]));
  };
}

/** Bytes that look random. */
function noise(shape: readonly number[]) {
  const data = new Uint8Array(shape.reduce((all, size) => all * size, 1));
  for (let i = 0; i < data.length; i++) data[i] = Math.imul(i, 2654435761) >>> 24;
  return { dtype: "uint8", shape, data } as const;
}

async function run(who: Who): Promise<{ seconds: number; mean: number }> {
  const start = performance.now();
  const features = await works.get(who)!();
  const seconds = (performance.now() - start) / 1000;
  return { seconds, mean: features.reduce((sum, value) => sum + value, 0) / features.length };
}

Object.assign(globalThis, { features: { open, run } satisfies FeaturesPage });
