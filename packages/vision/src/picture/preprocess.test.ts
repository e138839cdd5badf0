import { createHash } from "node:crypto";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import golden from "../golden/preprocess.json" with { type: "json" };
import { noisePicture } from "../testing.js";
import type { Picture } from "./picture.js";
import { normalize, type Preprocess, pictureBatch, preprocess } from "./preprocess.js";
import { preprocessStyle } from "./preprocess-config.js";
import type { Interpolation } from "./resample-filter.js";

const hash = (picture: Picture): string =>
  createHash("sha256").update(picture.data).digest("hex").slice(0, 16);

const base = preprocessStyle("torch", { size: [8, 8] });

test("short side and centre are torchvision's, at 80 random sizes, padding included", () => {
  const wrong = golden.cases.filter((entry, seed) => {
    const [width, height] = entry.from as [number, number];
    const options: Preprocess = {
      ...base,
      size: [entry.size, entry.size],
      resize: { kind: "short-side", pixels: entry.short },
      interpolation: entry.interpolation as Interpolation,
    };
    return hash(preprocess(noisePicture(seed, { width, height }), options)) !== entry.sha256;
  });
  expect(golden.cases.some(({ short, size }) => short < size)).toBe(true);
  expect(wrong).toEqual([]);
});

test("half a pixel of the crop goes where the checkpoint says", () => {
  const picture = noisePicture(1, { width: 11, height: 8 });
  const at = (cropRounding: Preprocess["cropRounding"]) =>
    preprocess(picture, { ...base, resize: { kind: "short-side", pixels: 8 }, cropRounding });
  // (11 - 8) / 2 = 1.5: 2 to even, 1 down.
  expect([...at("half-even").data.subarray(0, 3)]).toEqual([...picture.data.subarray(6, 9)]);
  expect([...at("down").data.subarray(0, 3)]).toEqual([...picture.data.subarray(3, 6)]);
});

test("normalize equals torchvision's ToTensor and Normalize, and leaks nothing", () => {
  const picture = noisePicture(7, { width: 4, height: 3 });
  const before = tf.memory().numTensors;
  for (const { mean, std, values } of golden.normalized) {
    const x = tf.tensor(picture.data, [1, 3, 4, 3], "int32");
    const options = { ...base, mean: mean as never, std: std as never };
    const y = normalize(x, options);
    expect(y.shape).toEqual([1, 3, 4, 3]);
    y.dataSync().forEach((value, i) => {
      expect(value).toBeCloseTo(values[i]!, 5);
    });
    tf.dispose([x, y]);
  }
  expect(tf.memory().numTensors).toBe(before);
});

test("Keras's caffe style is BGR, 0..255, less the mean", () => {
  const x = tf.tensor([10, 20, 30], [1, 1, 1, 3], "int32");
  const y = normalize(x, preprocessStyle("caffe", { size: [1, 1] }));
  const [b, g, r] = y.dataSync();
  expect(b).toBeCloseTo(30 - 103.939, 4);
  expect(g).toBeCloseTo(20 - 116.779, 4);
  expect(r).toBeCloseTo(10 - 123.68, 4);
  tf.dispose([x, y]);
});

test("pictures of one size become one array; another size is refused", () => {
  const a = noisePicture(1, { width: 3, height: 2 });
  const b = noisePicture(2, { width: 3, height: 2 });
  const batch = pictureBatch([a, b]);
  expect(batch.shape).toEqual([2, 2, 3, 3]);
  expect([...batch.data]).toEqual([...a.data, ...b.data]);
  expect(() => pictureBatch([a, noisePicture(2, { width: 2, height: 3 })])).toThrow(
    /Picture 1 of a batch is 2x3x3, but the first is 3x2x3/,
  );
});
