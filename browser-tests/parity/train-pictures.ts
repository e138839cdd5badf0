import {
  arraySource,
  type Engine,
  type FineTuning,
  loadWeights,
  memorySource,
  modelFromConfig,
  replaceHead,
  safetensorsStore,
} from "@graft-ml/core";
import { openClassifier, preprocessFromConfig, trainClassifier } from "@graft-ml/vision";
import { defaultBackbone } from "@graft-ml/zoo";
import type { Pictures } from "./pictures.js";

/** What a training run came to. */
export type Trained = {
  /** Of each step. */
  readonly losses: readonly number[];
  /** Of each sample asked: its class, and how sure. */
  readonly predictions: readonly { readonly label: string; readonly score: number }[];
  readonly seconds: number;
};

export type PictureCase = {
  readonly strategy: "probe" | "finetune";
  /** Pictures that are trained on; the others are asked. */
  readonly trained: number;
  readonly batchSize: number;
  readonly steps: number;
};

/** Grafts a head on the zoo's backbone for pictures: the same work wherever the engine is. */
export async function trainPictures(
  engine: Engine,
  asset: Uint8Array,
  { pictures, strategy, trained, batchSize, steps }: PictureCase & { pictures: Pictures },
): Promise<Trained> {
  const start = performance.now();
  const entry = defaultBackbone();
  const backbone = modelFromConfig(entry.config);
  const store = safetensorsStore(memorySource(asset, entry.file));
  const { size } = pictures;
  const preprocess = preprocessFromConfig({ ...entry.config, input_size: [3, size, size] });
  const phase = { epochs: (steps * batchSize) / trained, weightDecay: 0.05 };
  const training = trainClassifier({
    ...{ engine, preprocess, strategy, batchSize, seed: 7 },
    model: replaceHead(backbone, pictures.classes.length),
    weights: await loadWeights(backbone.specs, store),
    train: sourceOf(pictures, trained),
    ...(strategy === "probe"
      ? { head: { ...phase, rate: 3e-3 } }
      : { head: { epochs: 0 }, tail: { ...phase, rate: 3e-4 }, cut: "layer3" }),
  });
  const losses = await lossesOf(training);
  const { classes } = pictures;
  const classifier = await openClassifier({ engine, ...training.result(), preprocess, classes });
  const found = await classifier.predict(picturesFrom(pictures, trained));
  await classifier.close();
  const seconds = (performance.now() - start) / 1000;
  return { losses, predictions: found.map(({ top }) => top[0]!), seconds };
}

/** Reads a training to its end. */
export async function lossesOf(training: FineTuning): Promise<readonly number[]> {
  const losses: number[] = [];
  for await (const event of training) {
    if (event.type === "step-end") losses.push(event.loss);
  }
  return losses;
}

function sourceOf({ pixels, labels, size }: Pictures, count: number) {
  return arraySource({
    image: {
      dtype: "uint8",
      shape: [count, size, size, 3],
      data: pixels.subarray(0, count * size * size * 3),
    },
    labels: { dtype: "int32", shape: [count], data: labels.subarray(0, count) },
  });
}

function picturesFrom({ count, size, pixels }: Pictures, first: number) {
  const bytes = size * size * 3;
  return Array.from({ length: count - first }, (_, i) => ({
    ...{ width: size, height: size, channels: 3 as const },
    data: pixels.subarray((first + i) * bytes, (first + i + 1) * bytes),
  }));
}
