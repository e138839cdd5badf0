import {
  averagePool,
  conv,
  crossEntropy,
  gelu,
  layerNorm,
  linear,
  maxPool,
  registerGradients,
  relu,
  relu6,
} from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { type Case, t } from "./cases.js";
import { integers, numbers } from "./onnxruntime.js";

type Tensors = Record<string, tf.Tensor>;

/** The loss, and its gradient with respect to each input that is not named as fixed. */
function step(loss: (inputs: Tensors) => tf.Tensor, fixed: readonly string[]): Case["run"] {
  return (inputs) => {
    registerGradients();
    const names = Object.keys(inputs).filter((name) => !fixed.includes(name));
    const f = (...list: tf.Tensor[]) =>
      loss({
        ...inputs,
        ...Object.fromEntries(names.map((name, index) => [name, t(list[index])])),
      });
    const { value, grads } = tf.valueAndGrads(f)(names.map((name) => t(inputs[name])));
    return {
      loss: value,
      ...Object.fromEntries(names.map((name, index) => [`d ${name}`, t(grads[index])])),
    };
  };
}

const small = (shape: readonly number[], seed: number) => numbers(shape, { seed, scale: 0.5 });

function convolutional({ x, first, bias, depthwise, second, fc, labels }: Tensors): tf.Tensor {
  const a = relu(
    conv({ weight: first as tf.Tensor4D, bias: bias as tf.Tensor1D }, x as tf.Tensor4D, { pad: 1 }),
  );
  const pooled = maxPool(a, { size: 3, stride: 2, pad: 1 });
  const b = relu6(conv({ weight: depthwise as tf.Tensor4D }, pooled, { pad: 1, groups: 4 }));
  const c = conv({ weight: second as tf.Tensor4D }, b, { stride: 2, pad: "same" });
  const features = tf.mean(averagePool(c, { size: 2, stride: 1 }), [1, 2]);
  const logits = linear({ weight: fc as tf.Tensor2D }, features as tf.Tensor2D);
  return crossEntropy({ logits, labels: labels as tf.Tensor1D, labelSmoothing: 0.1 });
}

function transformer({
  ids,
  table,
  scale,
  offset,
  query,
  key,
  value,
  up,
  down,
  labels,
}: Tensors): tf.Tensor {
  const embedded = tf.gather(t(table), t(ids) as tf.Tensor2D) as tf.Tensor3D;
  const x = layerNorm({ weight: scale as tf.Tensor1D, bias: offset as tf.Tensor1D }, embedded);
  const heads = (w: tf.Tensor | undefined) =>
    tf.transpose(tf.reshape(linear({ weight: w as tf.Tensor2D }, x), [2, 5, 2, 3]), [0, 2, 1, 3]);
  const scores = tf.div(tf.matMul(heads(query), heads(key), false, true), Math.sqrt(3));
  const mixed = tf.transpose(tf.matMul(tf.softmax(scores), heads(value)), [0, 2, 1, 3]);
  const y = tf.add(x, tf.reshape(mixed, [2, 5, 6]));
  const hidden = gelu(linear({ weight: up as tf.Tensor2D }, y));
  const first = tf.squeeze(
    tf.slice(linear({ weight: down as tf.Tensor2D }, hidden), [0, 0, 0], [2, 1, 3]),
    [1],
  );
  return crossEntropy({ logits: first as tf.Tensor2D, labels: labels as tf.Tensor1D });
}

/** Whole networks: forward, loss, and the gradient of every weight. */
export const networkCases: Readonly<Record<string, Case>> = {
  convolutional: {
    inputs: {
      x: small([2, 9, 9, 3], 1),
      first: small([4, 3, 3, 3], 2),
      bias: small([4], 3),
      depthwise: small([4, 1, 3, 3], 4),
      second: small([5, 4, 3, 3], 5),
      fc: small([3, 5], 6),
      labels: integers([2], 0, 3, 7),
    },
    run: step(convolutional, ["labels"]),
    tolerance: 1e-5,
  },
  transformer: {
    inputs: {
      ids: integers([2, 5], 0, 7, 3),
      table: small([7, 6], 1),
      scale: small([6], 2),
      offset: small([6], 3),
      query: small([6, 6], 4),
      key: small([6, 6], 5),
      value: small([6, 6], 6),
      up: small([12, 6], 7),
      down: small([3, 12], 8),
      labels: integers([2], 0, 3, 9),
    },
    run: step(transformer, ["ids", "labels"]),
    tolerance: 1e-5,
  },
};
