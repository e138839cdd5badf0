import { arraySource, linear, type Model, relu, type Source } from "@graft-ml/core";
import { featuresOf, type Matrix, scaledBy, scalingOf } from "@graft-ml/domain-adapt";
import type * as tf from "@tensorflow/tfjs-core";
import type { LabelledDomain } from "./adaptation-sets.js";

const uniform = { kind: "kaiming-uniform" } as const;
const zero = { kind: "constant", value: 0 } as const;

/** A hidden layer and a head over features. */
export function hiddenLayer(sizes: { features: number; hidden: number; classes: number }): Model {
  const { features, hidden, classes } = sizes;
  const layer = (name: string) => (p: Readonly<Record<string, tf.Tensor>>, x: tf.Tensor) =>
    linear(
      { weight: p[`${name}.weight`] as tf.Tensor2D, bias: p[`${name}.bias`] as tf.Tensor1D },
      x as tf.Tensor2D,
    );
  const [body, head] = [layer("body"), layer("head")];
  return {
    architecture: "hidden-layer",
    config: { architecture: "hidden-layer", ...sizes },
    specs: {
      "body.weight": { shape: [hidden, features], role: "param", init: uniform },
      "body.bias": { shape: [hidden], role: "param", init: zero },
      "head.weight": { shape: [classes, hidden], role: "param", init: uniform },
      "head.bias": { shape: [classes], role: "param", init: zero },
    },
    stages: [
      { name: "body", prefixes: ["body"], apply: (p, x) => relu(body(p, x)) },
      { name: "head", prefixes: ["head"], apply: head },
    ],
    classifier: "head",
    numClasses: classes,
    numFeatures: hidden,
    trunk: { stage: "body", channels: hidden },
  };
}

/** Both domains about the source's mean and over its mean deviation. */
export function featureSources(
  source: LabelledDomain,
  target: LabelledDomain,
): { source: Source; target: Source } {
  const scaling = scalingOf(source.features, { floor: Number.POSITIVE_INFINITY });
  const of = ({ labels }: LabelledDomain, rows: Matrix): Source =>
    arraySource({
      features: featuresOf(rows),
      labels: { dtype: "int32", shape: [labels.length], data: Int32Array.from(labels) },
    });
  return {
    source: of(source, scaledBy(source.features, scaling)),
    target: of(target, scaledBy(target.features, scaling)),
  };
}
