import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import golden from "../golden/configs.json" with { type: "json" };
import { noisePicture } from "../testing.js";
import { normalize, pictureBatch, preprocess } from "./preprocess.js";
import { preprocessFromConfig } from "./preprocess-config.js";

test.each(golden.cases.map((entry) => [entry.by, JSON.stringify(entry.config), entry] as const))(
  "%s's reading of %s, to the number",
  (_, config, { from, seed, shape, values }) => {
    const options = preprocessFromConfig(JSON.parse(config));
    const [width, height] = from as [number, number];
    const picture = preprocess(noisePicture(seed, { width, height }), options);
    const { data, shape: batch } = pictureBatch([picture]);
    const prepared = tf.tidy(() => normalize(tf.tensor(data, [...batch], "int32"), options));
    expect(prepared.shape).toEqual([1, ...shape]);
    const actual = prepared.dataSync();
    const worst = Math.max(...values.map((value, i) => Math.abs(actual[i]! - value)));
    // float32, on a scale of 0..255 where the config asks for it.
    expect(worst).toBeLessThan(Math.max(...values) > 10 ? 3e-5 : 2e-6);
    prepared.dispose();
  },
);
