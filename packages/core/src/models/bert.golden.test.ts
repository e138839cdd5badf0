import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { registerGradients } from "../gradients.js";
import { crossEntropy } from "../loss/cross-entropy.js";
import { createPass } from "../nn/pass.js";
import { hostRandom } from "../random.js";
import {
  type BertGolden,
  bertGoldenBatch,
  bertGoldenWeights,
  digestError,
  stageError,
} from "../testing/bert-golden.js";
import { formulaValues } from "../testing/formula.js";
import { readGolden } from "../testing/golden.js";
import { bertFromConfig } from "./bert.js";

registerGradients();

const { cases } = readGolden<{ cases: BertGolden[] }>(import.meta.url, "golden/bert.json");

const tensors = (arrays: ReturnType<typeof bertGoldenBatch>) =>
  Object.fromEntries(
    Object.entries(arrays).map(([key, { data, shape, dtype }]) => [
      key,
      tf.tensor(data as Float32Array, [...shape], dtype as "float32"),
    ]),
  );

function lossOf(golden: BertGolden, y: tf.Tensor): tf.Scalar {
  const { labels, name } = golden;
  if (!labels) return tf.sum(tf.mul(y, tf.tensor(formulaValues(`${name}/dy`, y.size), y.shape)));
  return crossEntropy({ logits: y as tf.Tensor2D, labels: tf.tensor1d(labels, "int32") });
}

describe("BERT against PyTorch", () => {
  test.each(cases.map((each): [string, BertGolden] => [each.name, each]))("%s", (name, golden) => {
    const before = tf.memory().numTensors;
    const model = bertFromConfig(golden.config);
    expect(Object.keys(model.specs)).toEqual(golden.keys);
    expect(model.stages.map((stage) => stage.name)).toEqual(Object.keys(golden.stages));
    tf.tidy(() => {
      const params = tensors(bertGoldenWeights(model, name));
      const { input_ids: ids, ...inputs } = tensors(bertGoldenBatch(golden));
      const pass = createPass({
        training: false,
        random: hostRandom({ seed: 0 }),
        buffers: {},
        inputs,
      });
      const loss = () => {
        const last = model.stages.reduce((x, stage) => {
          const y = stage.apply(params, x, pass);
          const expected = golden.stages[stage.name]!;
          expect(y.shape).toEqual(expected.shape);
          expect(stageError(stage.name, y.dataSync(), expected), stage.name).toBeLessThan(3e-5);
          return y;
        }, ids!);
        return lossOf(golden, last);
      };
      if (!golden.gradients) {
        loss();
        return;
      }
      const names = Object.keys(model.specs);
      const tape = tf.engine().gradients(
        loss,
        names.map((key) => params[key]!),
        undefined,
        true,
      );
      expect(Math.abs(tape.value.dataSync()[0]! - golden.loss!)).toBeLessThan(1e-4);
      const scale = Math.max(...Object.values(golden.gradients).map(([length]) => length!));
      names.forEach((key, index) => {
        const expected = golden.gradients![key];
        const gradient = tape.grads[index];
        expect(gradient === undefined, key).toBe(expected === undefined);
        if (!gradient || !expected) return;
        const unit = Math.max(expected[0]!, scale * 1e-3);
        expect(digestError(key, gradient.dataSync(), expected, unit), key).toBeLessThan(1e-4);
      });
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});
