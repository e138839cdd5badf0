import "@tensorflow/tfjs-backend-cpu";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { modelFromConfig } from "../../models/config.js";
import { stagesOf } from "../../models/run-stages.js";
import { createPass } from "../../nn/pass.js";
import { openWeights } from "../../node/open-weights.js";
import type { TensorMap } from "../../program.js";
import { hostRandom } from "../../random.js";
import { sharedPath } from "../../testing/shared.js";
import { worstDifference } from "../../testing/worst-difference.js";
import { upstreamStore } from "../conversions/upstream-store.js";
import type { Weights } from "../host-tensor.js";
import { loadWeights } from "../load.js";
import { readSafetensors } from "../safetensors.js";

const folder = sharedPath("weights/darknet-tiny-imagenet-tfjs");
const pictures = sharedPath("weights/golden-imagenet8/images_8x224x224x3_rgb_u8.bin");

/** Our stage after which a golden feature was taken. */
const features: Readonly<Record<string, string>> = {
  block3: "feature.max_pooling2d_3",
  block4: "feature.max_pooling2d_4",
};

test.skipIf(folder === undefined || pictures === undefined)(
  "a published tfjs model loads as it is and gives its recorded outputs (needs ../shared)",
  async () => {
    const model = modelFromConfig(JSON.parse(readFileSync(join(folder!, "config.json"), "utf8")));
    const store = upstreamStore(model, await openWeights(folder!));
    const weights = await loadWeights(model.specs, store);
    const golden = readSafetensors(readFileSync(join(folder!, "golden.safetensors"))).weights;
    const compared = tf.tidy(() => run(model, weights, golden));
    expect(compared.map(({ name }) => name)).toEqual(["block3", "block4", "classifier"]);
    for (const { name, worst } of compared) expect(worst, name).toBeLessThan(1e-4);
  },
  60_000,
);

/** The first picture through the model, held against the golden arrays on the way. */
function run(
  model: ReturnType<typeof modelFromConfig>,
  weights: Weights,
  golden: Weights,
): { name: string; worst: number }[] {
  const params: TensorMap = Object.fromEntries(
    Object.entries(weights).map(([name, { data, shape }]) => [
      name,
      tf.tensor(data as Float32Array, [...shape]),
    ]),
  );
  const pass = createPass({ training: false, random: hostRandom({ seed: 0 }), buffers: {} });
  const pixels = Float32Array.from(readFileSync(pictures!).subarray(0, 224 * 224 * 3));
  let x: tf.Tensor = tf.div(tf.tensor4d(pixels, [1, 224, 224, 3]), 255);
  const compared: { name: string; worst: number }[] = [];
  for (const { name, apply } of stagesOf(model)) {
    x = apply(params, x, pass);
    const key = name === "classifier" ? "logits" : features[name];
    if (key === undefined) continue;
    const expected = golden[key]!.data as Float32Array;
    compared.push({ name, worst: worstDifference(x.dataSync(), expected.subarray(0, x.size)) });
  }
  return compared;
}
