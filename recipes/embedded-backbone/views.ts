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
import { type Augmentation, normalize, type Preprocess, resample } from "@graft-ml/vision";
import { type PictureSample, pictureSource } from "@graft-ml/vision/node";
import type * as tf from "@tensorflow/tfjs-core";

/**
 * What the student is trained on: smaller than the 112 pixels it is used at, since cutting and resizing shows
 * objects larger in training than in use (arXiv 1906.06423).
 */
export const VIEW_SIZE = 80;

/** One cut serves both: what the teacher sees is twice as wide. */
export const TEACHER_SIZE = 2 * VIEW_SIZE;

const STEPS: readonly Augmentation[] = [
  { kind: "random-resized-crop", scale: [0.25, 1] },
  { kind: "color-jitter", brightness: 0.3, contrast: 0.3, saturation: 0.3, hue: 0.03 },
];

export const VIEW_BYTES = VIEW_SIZE * VIEW_SIZE * 3;

const BATCH = 32;

/** One augmented view of every training picture, and what the teacher sees in it. */
export type View = {
  /** (pictures, 80, 80, 3), RGB. */
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
  if (pixels.length !== samples.length * VIEW_BYTES) {
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
    augment: { seed, steps: STEPS },
  });
  const pixels = new Uint8Array(samples.length * VIEW_BYTES);
  const features = new Float32Array(samples.length * model.numFeatures);
  const session = await engine.open({
    weights,
    groups: () => ({ rate: 0, decay: 0, frozen: true }),
  });
  for (let start = 0; start < samples.length; start += BATCH) {
    const indices = samples.slice(start, start + BATCH).map((_, offset) => start + offset);
    const { image } = await source.load(indices, { epoch: number });
    const seen = session.run(featuresProgram(teacher), { image: image! });
    const shown = image!.data as Uint8Array;
    indices.forEach((index, row) => {
      pixels.set(halfSize(shown.subarray(row * 4 * VIEW_BYTES)), index * VIEW_BYTES);
    });
    const { outputs } = await seen;
    features.set(outputs.features!.data as Float32Array, start * model.numFeatures);
    if (start % 1600 === 0) console.error(`view ${number}: ${start} of ${samples.length}`);
  }
  await session.close();
  return { pixels, features };
}

/** The student's picture from the first teacher's picture in `pixels`. */
function halfSize(pixels: Uint8Array): Uint8Array {
  const data = pixels.subarray(0, 4 * VIEW_BYTES);
  const large = { width: TEACHER_SIZE, height: TEACHER_SIZE, channels: 3 as const, data };
  return resample(large, { width: VIEW_SIZE, height: VIEW_SIZE, interpolation: "box" }).data;
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
