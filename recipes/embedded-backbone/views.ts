import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  createPass,
  type Engine,
  type FloatWeights,
  type Model,
  type Program,
  runStages,
} from "@graft-ml/core";
import { normalize, type Preprocess, resample } from "@graft-ml/vision";
import { type PictureSample, pictureSource } from "@graft-ml/vision/node";
import type * as tf from "@tensorflow/tfjs-core";

/** The student's input: half the teacher's, so that one cut of a picture serves both. */
export const SIZE = 112;

/** One augmented view of every training picture, and what the teacher sees in it. */
export type View = {
  /** (pictures, 112, 112, 3), RGB. */
  readonly pixels: Uint8Array;
  /** (pictures, features): the teacher's pooled features. */
  readonly features: Float32Array;
};

export type ViewOptions = {
  readonly folder: string;
  readonly samples: readonly PictureSample[];
  readonly teacher: { model: Model; weights: FloatWeights; preprocess: Preprocess };
  readonly engine: Engine;
  readonly seed: number;
};

/** Reads view `number` (from 1) from the folder, or makes it and keeps it there. */
export async function view(number: number, options: ViewOptions): Promise<View> {
  const { folder, samples } = options;
  const paths = {
    pixels: join(folder, `view-${number}.u8`),
    features: join(folder, `view-${number}.f32`),
  };
  if (!existsSync(paths.features)) {
    await mkdir(folder, { recursive: true });
    const made = await makeView(number, options);
    await keep(paths.pixels, made.pixels);
    await keep(paths.features, new Uint8Array(made.features.buffer));
  }
  const pixels = await readFile(paths.pixels);
  const bytes = await readFile(paths.features);
  const features = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  if (pixels.length !== samples.length * SIZE * SIZE * 3) {
    throw new Error(`${paths.pixels} is of other pictures: delete the folder and run again.`);
  }
  return { pixels, features };
}

async function keep(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(`${path}.part`, bytes);
  await rename(`${path}.part`, path);
}

async function makeView(number: number, options: ViewOptions): Promise<View> {
  const { samples, teacher, engine, seed } = options;
  const { model, weights, preprocess } = teacher;
  const source = pictureSource({
    samples,
    preprocess,
    augment: { seed, steps: [{ kind: "random-resized-crop", scale: [0.35, 1] }] },
  });
  const [side] = preprocess.size;
  const pixels = new Uint8Array(samples.length * SIZE * SIZE * 3);
  const features = new Float32Array(samples.length * model.numFeatures);
  const session = await engine.open({
    weights,
    groups: () => ({ rate: 0, decay: 0, frozen: true }),
  });
  const batchSize = 16;
  for (let start = 0; start < samples.length; start += batchSize) {
    const indices = samples.slice(start, start + batchSize).map((_, offset) => start + offset);
    const { image } = await source.load(indices, { epoch: number });
    const { outputs } = await session.run(featuresProgram(teacher), { image: image! });
    features.set(outputs.features!.data as Float32Array, start * model.numFeatures);
    indices.forEach((index, offset) => {
      const bytes = side * side * 3;
      const data = (image!.data as Uint8Array).subarray(offset * bytes, (offset + 1) * bytes);
      const large = { width: side, height: side, channels: 3 as const, data };
      const small = resample(large, { width: SIZE, height: SIZE, interpolation: "box" });
      pixels.set(small.data, index * SIZE * SIZE * 3);
    });
    if (start % 800 === 0) console.error(`view ${number}: ${start} of ${samples.length}`);
  }
  await session.close();
  return { pixels, features };
}

const programs = new WeakMap<Model, Program>();

/** The teacher up to its pooled features. */
function featuresProgram({ model, preprocess }: ViewOptions["teacher"]): Program {
  const made: Program = programs.get(model) ?? {
    key: "recipe/teacher-features",
    config: { model: model.config, preprocess },
    run({ params, batch, random }) {
      const pass = createPass({ training: false, random, buffers: {} });
      const x = normalize(batch.image as tf.Tensor4D, preprocess);
      return { outputs: { features: runStages(model, params, x, pass, { to: "pool" }) } };
    },
  };
  programs.set(model, made);
  return made;
}
