import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { formulaValues } from "../testing/formula.js";
import { worstDifference } from "../testing/worst-difference.js";
import { mixSamples } from "./mix-samples.js";

/** Runs and reads within a tidy, and finds no tensor left. */
function mixed(make: () => ReturnType<typeof mixSamples>): { x: number[]; targets: number[] } {
  const before = tf.memory().numTensors;
  const result = tf.tidy(() => {
    const { x, targets } = make();
    return { x: [...x.dataSync()], targets: [...targets.dataSync()] };
  });
  expect(tf.memory().numTensors).toBe(before);
  return result;
}

test("mixup blends features and class numbers by each sample's share", () => {
  const { x, targets } = mixed(() =>
    mixSamples({
      x: tf.tensor2d([1, 2, 10, 20, 100, 200], [3, 2]),
      targets: tf.tensor1d([0, 1, 3], "int32"),
      numClasses: 4,
      batch: {
        mixPartner: tf.tensor1d([1, 2, 0], "int32"),
        mixShare: tf.tensor1d([0.75, 1, 0]),
      },
    }),
  );
  expect(x).toEqual([3.25, 6.5, 10, 20, 1, 2]);
  expect(targets).toEqual([0.75, 0.25, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0]);
});

test("numbers to predict are blended as they are", () => {
  const { targets } = mixed(() =>
    mixSamples({
      x: tf.tensor2d([1, 2], [2, 1]),
      targets: tf.tensor1d([10, 20]),
      batch: { mixPartner: tf.tensor1d([1, 0], "int32"), mixShare: tf.tensor1d([0.5, 0.25]) },
    }),
  );
  expect(targets).toEqual([15, 12.5]);
});

test("cutmix copies whole pixels, and the target's share is the area that was copied", () => {
  const [height, width] = [4, 5];
  const size = height * width * 2;
  const pixels = formulaValues("pixels", 2 * size, -2, 2);
  const { x, targets } = mixed(() =>
    mixSamples({
      x: tf.tensor4d(pixels, [2, height, width, 2]),
      targets: tf.tensor1d([0, 1], "int32"),
      numClasses: 2,
      batch: {
        mixPartner: tf.tensor1d([1, 0], "int32"),
        mixShare: tf.tensor1d([1, 1]),
        // Rows 1 and 2 (centres 0.375, 0.625) and columns 0 to 2 (0.1, 0.3, 0.5); nothing in the second.
        mixBox: tf.tensor2d([0.3, 0, 0.7, 0.5001, 0, 0, 0, 0], [2, 4]),
      },
    }),
  );
  const expected = pixels.slice();
  for (const row of [1, 2]) {
    for (let i = 0; i < 6; i++) {
      const at = row * width * 2 + i;
      expected[at] = pixels[size + at]!;
    }
  }
  expect(x).toEqual([...expected]);
  expect(worstDifference(targets, [14 / 20, 6 / 20, 0, 1])).toBeLessThan(1e-7);
});

test("without the fields, in evaluation, nothing is changed", () => {
  tf.tidy(() => {
    const x = tf.tensor2d([1, 2], [2, 1]);
    const targets = tf.tensor1d([1, 0], "int32");
    const result = mixSamples({ x, targets, batch: {}, numClasses: 2 });
    expect(result.x).toBe(x);
    expect(result.targets).toBe(targets);
  });
});

test("a box needs a map", () => {
  tf.tidy(() => {
    const batch = {
      mixPartner: tf.tensor1d([0], "int32"),
      mixShare: tf.tensor1d([1]),
      mixBox: tf.zeros([1, 4]),
    };
    const x = tf.zeros([1, 8]);
    expect(() => mixSamples({ x, targets: tf.zeros([1]), batch })).toThrow(
      /boxes into maps .* not into \[1,8\]\. Use mixup/,
    );
  });
});
