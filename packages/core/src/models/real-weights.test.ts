import "@tensorflow/tfjs-backend-cpu";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { createPass } from "../nn/pass.js";
import type { TensorMap } from "../program.js";
import { hostRandom } from "../random.js";
import { sharedPath } from "../testing/shared.js";
import type { FloatWeights, HostTensor, Weights } from "../weights/host-tensor.js";
import { readSafetensors } from "../weights/safetensors.js";
import { modelFromConfig } from "./config.js";
import type { Model } from "./model.js";
import { stagesOf } from "./run-stages.js";
import { splitWeights } from "./weights.js";

const folder = sharedPath("weights");
const read = (name: string, file: string): Weights =>
  readSafetensors(readFileSync(join(folder!, name, file))).weights;

type Network = {
  folder: string;
  pictures: number;
  /** Golden feature -> our stage. Maps are channels first in the golden files. */
  features: Record<string, string>;
  /** Largest difference of features, relative to the largest one. Default 1e-5. */
  tolerance?: number;
};

const CIFAR = {
  "feature.stem": "stem",
  "feature.layer1": "layer1",
  "feature.layer3": "layer3",
  pooled: "pool",
};
const networks: readonly Network[] = [
  { folder: "resnet20-cifar10", pictures: 2, features: CIFAR },
  { folder: "resnet32-cifar10", pictures: 1, features: CIFAR },
  { folder: "resnet44-cifar10", pictures: 1, features: CIFAR },
  { folder: "resnet56-cifar10", pictures: 1, features: CIFAR },
  {
    folder: "squeezenet1_0-imagenet",
    pictures: 1,
    features: {
      "feature.features.2": "features.2",
      "feature.features.6": "features.6",
      "feature.features.12": "features.12",
    },
  },
  {
    folder: "mobilenet_v1_025_224-imagenet",
    pictures: 1,
    features: {
      "feature.conv_stem": "conv_stem",
      "feature.blocks.0.0": "blocks.0.0",
      "feature.blocks.1.1": "blocks.1.1",
      "feature.blocks.2.1": "blocks.2.1",
      "feature.blocks.3.5": "blocks.3.5",
      "feature.blocks.4.1": "blocks.4.1",
      pooled: "pool",
    },
    // The golden values' own rounding: float64 is as far from them.
    tolerance: 3e-5,
  },
  {
    folder: "mobilenet_v2_100_224-imagenet",
    pictures: 1,
    features: {
      "feature.features.0": "features.0",
      "feature.features.6": "features.6",
      "feature.features.18": "features.18",
      pooled: "pool",
    },
  },
];

const floats = (tensor: HostTensor | undefined): Float32Array => tensor!.data as Float32Array;

/** The prepared pictures of the golden file, or its raw ones prepared as its config says: (B, H, W, C). */
function picturesOf(golden: Weights, config: Config, count: number): tf.Tensor4D {
  const prepared = golden.input_first1;
  if (prepared) {
    const [, channels, height, width] = prepared.shape as [number, number, number, number];
    const x = tf.tensor4d(floats(prepared), [1, channels, height, width]);
    return tf.transpose(x, [0, 2, 3, 1]);
  }
  const raw = golden.input_u8!;
  const [, height, width] = raw.shape as [number, number, number, number];
  const bytes = Float32Array.from((raw.data as Uint8Array).subarray(0, count * height * width * 3));
  const pixels = tf.div(tf.tensor4d(bytes, [count, height, width, 3]), 255);
  return tf.div(tf.sub(pixels, config.mean), config.std);
}

type Config = Parameters<typeof modelFromConfig>[0] & { mean: number[]; std: number[] };

/** The largest absolute difference to the first values of a golden array, and their largest size. */
function compare(actual: tf.Tensor, expected: HostTensor): { worst: number; largest: number } {
  const values = (actual.rank === 4 ? tf.transpose(actual, [0, 3, 1, 2]) : actual).dataSync();
  const reference = floats(expected);
  const result = { worst: 0, largest: 0 };
  for (let index = 0; index < Math.min(values.length, reference.length); index++) {
    const difference = Math.abs(values[index]! - reference[index]!);
    result.worst = Number.isNaN(difference) ? Infinity : Math.max(result.worst, difference);
    result.largest = Math.max(result.largest, Math.abs(reference[index]!));
  }
  return result;
}

function tensorsOf(model: Model, weights: Weights): TensorMap {
  const split = splitWeights(model, weights as FloatWeights);
  const entries = Object.entries({ ...split.weights, ...split.buffers });
  return Object.fromEntries(
    entries.map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
  );
}

describe.skipIf(folder === undefined)("real weights from the reference folder", () => {
  test.each(networks.map((each): [string, Network] => [each.folder, each]))(
    "%s",
    (name, network) => {
      tf.tidy(() => {
        const config: Config = JSON.parse(readFileSync(join(folder!, name, "config.json"), "utf8"));
        const golden = read(name, "golden.safetensors");
        const model = modelFromConfig(config);
        const params = tensorsOf(model, read(name, "model.safetensors"));
        const pass = createPass({ training: false, random: hostRandom({ seed: 0 }), buffers: {} });
        const byStage = new Map(
          Object.entries(network.features).map(([key, stage]) => [stage, key]),
        );
        let x: tf.Tensor = picturesOf(golden, config, network.pictures);
        for (const stage of stagesOf(model)) {
          x = stage.apply(params, x, pass);
          const key = byStage.get(stage.name);
          if (!key) continue;
          // SqueezeNet takes pixels of 0 to 255: its maps reach the hundreds.
          const { worst, largest } = compare(x, golden[key]!);
          expect(worst / Math.max(1, largest), key).toBeLessThan(network.tolerance ?? 1e-5);
        }
        const logits = compare(x, golden.logits!);
        expect(logits.worst).toBeLessThan(1e-4);
      });
    },
    180_000,
  );
});
