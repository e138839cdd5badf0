import * as tf from "@tensorflow/tfjs-core";
import { activations, relu } from "../nn/activation.js";
import { dropout } from "../nn/dropout.js";
import { embedding } from "../nn/embedding.js";
import { linear } from "../nn/linear.js";
import { layerNorm } from "../nn/norm.js";
import type { Pass } from "../nn/pass.js";
import type { TensorMap } from "../program.js";
import type { BertHead, BertPooling, BertShape } from "./bert-config.js";
import {
  basePrefix,
  denseSpecs,
  layerNormSpecs,
  linearAt,
  normAt,
  sideInput,
  under,
  wordsName,
} from "./bert-encoder.js";
import { bertNames } from "./bert-names.js";
import type { Stage } from "./model.js";
import type { SpecLines } from "./specs.js";

type Part = {
  readonly specs: SpecLines;
  readonly stages: readonly Stage[];
};

const nothing: Part = { specs: [], stages: [] };

type Apply = Stage["apply"];

const firstToken: Apply = (_, x) => {
  const [batch, , width] = (x as tf.Tensor3D).shape;
  return tf.reshape(tf.slice(x as tf.Tensor3D, [0, 0, 0], [batch, 1, width]), [batch, width]);
};

/** The mean over the tokens that count, or 0 where none does (arXiv 1908.10084, section 3). */
const meanToken: Apply = (_, x, pass) => {
  const [batch = 0, length = 0] = x.shape;
  const mask = sideInput(pass, "attention_mask", [batch, length]);
  if (!mask) return tf.mean(x, 1);
  const counts = tf.reshape(tf.cast(mask, "float32"), [batch, length, 1]);
  return tf.div(tf.sum(tf.mul(x, counts), 1), tf.maximum(tf.sum(counts, 1), 1e-9));
};

/** The stage "pool", (B, S, width) -> (B, width), and its weights. */
export function poolPart(shape: BertShape): Part {
  const pool = (apply: Apply, prefixes: readonly string[] = []): readonly Stage[] => [
    { name: "pool", prefixes, apply },
  ];
  const parts: Readonly<Record<BertPooling, () => Part>> = {
    none: () => nothing,
    cls: () => ({ specs: [], stages: pool(firstToken) }),
    mean: () => ({ specs: [], stages: pool(meanToken) }),
    pooler: () => {
      const name = under(basePrefix(shape), "pooler");
      const apply: Apply = (params, x, pass) =>
        tf.tanh(linear(linearAt(params, `${name}.dense`), firstToken(params, x, pass)));
      const specs = denseSpecs(`${name}.dense`, shape.width, shape.width, shape);
      return { specs, stages: pool(apply, [name]) };
    },
  };
  return parts[shape.pooling]();
}

type HeadPart = Part & {
  /** Key prefix of the last layer. */
  readonly classifier: string;
};

/** The stage "head", and its weights. */
export function headPart(shape: BertShape): HeadPart {
  const parts: Readonly<Record<BertHead, (shape: BertShape) => HeadPart>> = {
    none: () => ({ ...nothing, classifier: "classifier" }),
    sequence: shape.family === "bert" ? classifier : distilbertClassifier,
    token: classifier,
    question,
    masked,
  };
  return parts[shape.head](shape);
}

const head = (prefixes: readonly string[], apply: Apply): readonly Stage[] => [
  { name: "head", prefixes, apply },
];

const drop = (x: tf.Tensor, shape: BertShape, pass: Pass): tf.Tensor =>
  dropout(x, { rate: shape.dropout.head, site: "head.dropout" }, pass);

/** One linear layer, over a text's vector or over each token's. */
const classifier = (shape: BertShape): HeadPart => ({
  classifier: "classifier",
  specs: denseSpecs("classifier", shape.width, shape.numClasses, shape),
  stages: head(["classifier"], (params, x, pass) =>
    linear(linearAt(params, "classifier"), drop(x, shape, pass)),
  ),
});

const distilbertClassifier = (shape: BertShape): HeadPart => ({
  classifier: "classifier",
  specs: [
    ...denseSpecs("pre_classifier", shape.width, shape.width, shape),
    ...denseSpecs("classifier", shape.width, shape.numClasses, shape),
  ],
  stages: head(["pre_classifier", "classifier"], (params, x, pass) => {
    const hidden = relu(linear(linearAt(params, "pre_classifier"), x));
    return linear(linearAt(params, "classifier"), drop(hidden, shape, pass));
  }),
});

/** (B, S, 2): scores of each token as an answer's first and as its last. */
const question = (shape: BertShape): HeadPart => ({
  classifier: "qa_outputs",
  specs: denseSpecs("qa_outputs", shape.width, 2, shape),
  stages: head(["qa_outputs"], (params, x, pass) =>
    // BERT drops nothing here.
    linear(linearAt(params, "qa_outputs"), shape.family === "bert" ? x : drop(x, shape, pass)),
  ),
});

/**
 * The tokens (B, S, width) -> (B P, width) at the side input `masked_positions` (B, P), row by row, or all
 * of them as they are where there is none.
 */
function hiddenWords(x: tf.Tensor3D, pass: Pass): tf.Tensor {
  const positions = pass.inputs.masked_positions;
  if (positions === undefined) return x;
  const [batch, length, width] = x.shape;
  const rows = tf.reshape(tf.mul(tf.range(0, batch, 1, "int32"), tf.scalar(length, "int32")), [
    batch,
    1,
  ]);
  const places = tf.reshape(tf.add(positions, rows), [-1]);
  return embedding({ weight: tf.reshape(x, [batch * length, width]) }, places);
}

/**
 * (B, S, vocabulary): scores of each word at each place; (B P, vocabulary) where `masked_positions` says
 * which places are asked for, so that no other pays for the product with the vocabulary.
 */
function masked(shape: BertShape): HeadPart {
  const { width, vocabulary, epsilon, family, tied } = shape;
  const { transform, transformNorm, scores, decoder } = bertNames[family];
  const bias = `${scores}.bias`;
  const matrix = `${tied ? wordsName(shape) : decoder}.weight`;
  const [own, zeros] = denseSpecs(decoder, width, vocabulary, shape);
  // Upstream's order of keys: BERT has its bias before the layers, DistilBERT after them.
  const ownBias = [bias, zeros![1]] as const;
  const prefixes = family === "bert" ? [scores] : [transform, transformNorm, scores];
  return {
    classifier: scores,
    specs: [
      ...(family === "bert" ? [ownBias] : []),
      ...denseSpecs(transform, width, width, shape),
      ...layerNormSpecs(transformNorm, width),
      ...(tied ? [] : [own!]),
      ...(family === "bert" ? [] : [ownBias]),
    ],
    stages: head(prefixes, (params: TensorMap, x, pass) => {
      const asked = hiddenWords(x as tf.Tensor3D, pass);
      const hidden = activations[shape.activation](linear(linearAt(params, transform), asked));
      const normal = layerNorm(normAt(params, transformNorm), hidden, { epsilon });
      const weight = params[matrix] as tf.Tensor2D;
      return linear({ weight, bias: params[bias] as tf.Tensor1D }, normal);
    }),
  };
}
