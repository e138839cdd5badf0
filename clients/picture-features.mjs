// A ResNet of ours, written as the folder that transformers.js opens for features of pictures, as a frozen backbone:
// what `frozenPipeline` gives through the real client's pipeline, and through its model and processor, is compared
// with what our own engine gives.
//   pnpm --filter @graft-ml/clients run picture-features
// Build first: npm run setup.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "@tensorflow/tfjs-backend-cpu";
import { compileDynamic } from "@graft-ml/compiler";
import {
  createEagerEngine,
  createModel,
  createPass,
  featureProgram,
  frozenPipeline,
  initWeights,
  runStages,
} from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { AutoModel, AutoProcessor, env, pipeline, RawImage } from "@xenova/transformers";

const LIMIT = 1e-4;
const SIZE = 32;
const MEAN = [0.485, 0.456, 0.406];
const STD = [0.229, 0.224, 0.225];

/** Pictures of noise about a colour of their own, (SIZE, SIZE, 3). */
function pictures(count) {
  let state = 1;
  const next = () => {
    // A linear congruential generator.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
  return Array.from({ length: count }, () => {
    const colour = [next(), next(), next()];
    return Uint8ClampedArray.from(
      { length: SIZE * SIZE * 3 },
      (_, at) => (colour[at % 3] + next()) / 2,
    );
  });
}

/** Pixels (B, 3, H, W) to the last maps (B, C, H, W), for any number of pictures. */
function onnxOf(model, weights) {
  const refuse = () => {
    throw new Error("Nothing is drawn outside training.");
  };
  const run = ({ pixel_values: pixels, ...params }) => {
    const random = { bernoulli: refuse, uniform: refuse };
    const pass = createPass({ training: false, random, buffers: {} });
    const x = tf.transpose(pixels, [0, 2, 3, 1]);
    const maps = runStages(model, params, x, pass, { to: model.trunk.stage });
    return { last_hidden_state: tf.transpose(maps, [0, 3, 1, 2]) };
  };
  const constants = Object.entries(weights).map(([name, { shape, data }]) => [
    name,
    { type: "float32", shape, data },
  ]);
  const specs = ({ batch }) => ({
    pixel_values: { type: "float32", shape: [batch, 3, SIZE, SIZE] },
    ...Object.fromEntries(constants),
  });
  return compileDynamic(run, specs, { sizes: { batch: [5, 7] }, name: "resnet" }).model;
}

async function writeFolder(folder, model, weights) {
  const preprocessor = {
    image_processor_type: "ViTImageProcessor",
    ...{ do_resize: false, do_rescale: true, rescale_factor: 1 / 255, do_normalize: true },
    ...{ image_mean: MEAN, image_std: STD },
  };
  await mkdir(join(folder, "onnx"), { recursive: true });
  await writeFile(join(folder, "preprocessor_config.json"), JSON.stringify(preprocessor));
  await writeFile(join(folder, "config.json"), JSON.stringify({ model_type: "resnet" }));
  await writeFile(join(folder, "onnx", "model.onnx"), onnxOf(model, weights));
}

/** Our own features, the mean of the last maps, on tfjs. */
async function ourFeatures(engine, model, weights, all) {
  const data = Float32Array.from(
    all.flatMap((pixels) => Array.from(pixels)),
    (value, at) => (value / 255 - MEAN[at % 3]) / STD[at % 3],
  );
  const task = { key: "pixels", config: {}, inputs: ["pixels"], enter: ({ pixels }) => pixels };
  const program = featureProgram({ model, task, to: model.trunk.stage, pooled: true });
  const session = await engine.open({ weights });
  const shape = [all.length, SIZE, SIZE, 3];
  const { outputs } = await session.run(program, { pixels: { dtype: "float32", shape, data } });
  await session.close();
  return outputs.features;
}

const folder = await mkdtemp(join(tmpdir(), "graft-features-"));
const engine = await createEagerEngine({ backend: "cpu" });
try {
  const model = createModel("resnet20_cifar10");
  const weights = initWeights(model, { seed: 1 });
  await writeFolder(folder, model, weights);
  const all = pictures(20);
  const own = await ourFeatures(engine, model, weights, all);
  const largest = own.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  env.allowRemoteModels = false;
  env.localModelPath = "";
  const plain = { quantized: false };
  const clients = {
    pipeline: await pipeline("image-feature-extraction", folder, plain),
    "model and processor": {
      model: await AutoModel.from_pretrained(folder, plain),
      processor: await AutoProcessor.from_pretrained(folder),
    },
  };
  const images = all.map((pixels) => new RawImage(pixels, SIZE, SIZE, 3));
  for (const [name, client] of Object.entries(clients)) {
    const features = await frozenPipeline(client, { batchSize: 8 }).features(images);
    const gaps = Array.from(own.data, (value, at) => Math.abs(value - features.data[at]));
    const most = Math.max(...gaps);
    console.log(
      `${name}: ${features.shape[1]} features of ${all.length} pictures differ by at most ${most.toExponential(1)}, limit ${LIMIT}; the largest is ${largest.toFixed(2)}`,
    );
    if (!(most <= LIMIT && String(features.shape) === String(own.shape))) process.exitCode = 1;
  }
} finally {
  await engine.close();
  await rm(folder, { recursive: true });
}
