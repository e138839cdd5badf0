import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { modelFromConfig } from "../../models/config.js";
import { runStages } from "../../models/run-stages.js";
import { createPass } from "../../nn/pass.js";
import type { Json } from "../../program.js";
import { hostRandom } from "../../random.js";
import { formulaValues } from "../../testing/formula.js";
import { readGolden } from "../../testing/golden.js";
import { worstDifference } from "../../testing/worst-difference.js";
import { sizeOf } from "../dtype.js";
import type { FloatWeights } from "../host-tensor.js";
import { loadWeights } from "../load.js";
import { memoryStore } from "../store.js";
import { upstreamStore } from "./upstream-store.js";

type Case = {
  config: Readonly<Record<string, Json>>;
  /** Side of the picture. */
  size: number;
  /** Under Keras's names, in Keras's layouts. */
  shapes: Readonly<Record<string, readonly number[]>>;
  logits: readonly number[];
};
const golden = readGolden<Record<"vgg" | "resnet", Case>>(import.meta.url, "golden/models.json");

const spans: Readonly<Record<string, readonly [number, number]>> = {
  moving_variance: [0.5, 2],
  gamma: [0.5, 1.5],
};

const kerasWeights = (network: string, shapes: Case["shapes"]): FloatWeights =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const [low, high] = spans[name.split("/").at(-1)!] ?? [-0.5, 0.5];
      const data = formulaValues(`${network}/${name}`, sizeOf(shape), low, high);
      return [name, { dtype: "float32", shape, data }];
    }),
  );

test.each(["vgg", "resnet"] as const)(
  "a small %s in Keras's names and layouts gives the logits of Keras's arithmetic",
  async (network) => {
    const { config, size, shapes, logits } = golden[network];
    const model = modelFromConfig(config);
    const store = upstreamStore(model, memoryStore(kerasWeights(network, shapes)));
    const weights = await loadWeights(model.specs, store);
    const values = tf.tidy(() => {
      const params = Object.fromEntries(
        Object.entries(weights).map(([name, { data, shape }]) => [
          name,
          tf.tensor(data, [...shape]),
        ]),
      );
      const pixels = formulaValues(`${network}/picture`, size * size * 3);
      const x = tf.tensor4d(pixels, [1, size, size, 3]);
      const pass = createPass({ training: false, random: hostRandom({ seed: 0 }), buffers: {} });
      return runStages(model, params, x, pass).dataSync();
    });
    expect(worstDifference(values, logits)).toBeLessThan(1e-5);
  },
);
