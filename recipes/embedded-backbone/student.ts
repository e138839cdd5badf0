import {
  createModel,
  createPass,
  crossEntropy,
  type FloatWeights,
  linear,
  type Model,
  type Program,
  runStages,
  uniformValues,
} from "@graft-ml/core";
import { normalize, type Preprocess } from "@graft-ml/vision";
import * as tf from "@tensorflow/tfjs-core";

/** What the backbone is used at. */
const SIZE = 112;

/**
 * ResNet-18 at half its width: 2.8 million weights, 0.11 billion multiply-adds at 112 x 112. Its features are
 * those of its last three layers together: alone, the last one's know Caltech's classes too well to travel far.
 */
export const createStudent = (numClasses: number): Model =>
  createModel("resnet", {
    block: "basic",
    blocks: [2, 2, 2, 2],
    widths: [32, 64, 128, 256],
    stem: "imagenet",
    featureLayers: 3,
    numClasses,
  });

export const studentPreprocess: Preprocess = {
  size: [SIZE, SIZE],
  resize: { kind: "short-side", pixels: SIZE },
  interpolation: "bilinear",
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  channelOrder: "RGB",
  cropRounding: "half-even",
};

/** Where the projection from the student's features to the teacher's is kept among the weights. */
export const PROJECTION = "projection";

/** As torch's Linear begins. */
export function initialProjection(student: Model, out: number, seed: number): FloatWeights {
  const bound = 1 / Math.sqrt(student.numFeatures);
  const size = out * student.numFeatures;
  const draws = uniformValues({ seed, step: 0, micro: 0, site: PROJECTION }, size);
  const weight = draws.map((value) => (2 * value - 1) * bound);
  return {
    [`${PROJECTION}.weight`]: { dtype: "float32", shape: [out, student.numFeatures], data: weight },
    [`${PROJECTION}.bias`]: { dtype: "float32", shape: [out], data: new Float32Array(out) },
  };
}

export type DistillWeights = { readonly teacher: number; readonly labels: number };

/**
 * Cross-entropy on the classes, times `weights.labels`, and the angle between the projected features and the
 * teacher's standardised ones (1 - cosine), times `weights.teacher`: feature distillation in the manner of
 * FitNets (arXiv 1412.6550).
 */
export const distillProgram = (student: Model, weights: DistillWeights): Program => ({
  key: "recipe/distill",
  config: { model: student.config, weights },
  run({ params, buffers, batch, random, training }) {
    const pass = createPass({ training, random, buffers });
    const all = { ...params, ...buffers };
    const x = normalize(batch.image as tf.Tensor4D, studentPreprocess);
    const features = runStages(student, all, x, pass, { to: "pool" }) as tf.Tensor2D;
    const logits = runStages(student, all, features, pass, { from: "fc" }) as tf.Tensor2D;
    if (!batch.teacher) return { outputs: { logits } };
    const projected = linear(
      {
        weight: params[`${PROJECTION}.weight`] as tf.Tensor2D,
        bias: params[`${PROJECTION}.bias`] as tf.Tensor1D,
      },
      features,
    );
    const apart = tf.sub(1, tf.mean(cosine(projected, batch.teacher as tf.Tensor2D)));
    const classes = crossEntropy({ logits, labels: batch.labels!, labelSmoothing: 0.1 });
    return {
      loss: tf.add<tf.Scalar>(tf.mul(classes, weights.labels), tf.mul(apart, weights.teacher)),
      metrics: { classes, apart: apart as tf.Scalar },
      buffers: pass.moved(),
    };
  },
});

function cosine(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor1D {
  const dot = tf.sum<tf.Tensor1D>(tf.mul(a, b), -1);
  const lengths = tf.mul(tf.sum(tf.square(a), -1), tf.sum(tf.square(b), -1));
  return tf.mul(dot, tf.rsqrt(tf.add(lengths, 1e-12)));
}
