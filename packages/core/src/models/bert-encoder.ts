import * as tf from "@tensorflow/tfjs-core";
import { GraftError } from "../errors.js";
import { activations } from "../nn/activation.js";
import { maskBias, selfAttention } from "../nn/attention.js";
import { dropout } from "../nn/dropout.js";
import { embedding } from "../nn/embedding.js";
import type { Linear } from "../nn/linear.js";
import { linear } from "../nn/linear.js";
import { type Affine, layerNorm } from "../nn/norm.js";
import type { Pass } from "../nn/pass.js";
import type { TensorMap } from "../program.js";
import type { BertShape } from "./bert-config.js";
import { bertNames } from "./bert-names.js";
import type { Stage } from "./model.js";
import { linearSpecs, type SpecLines } from "./specs.js";

/** A key prefix before other keys; the whole model has none. */
export const under = (prefix: string, name: string): string =>
  prefix === "" ? name : `${prefix}.${name}`;

/** What the encoder's keys begin with: nothing where the encoder is all there is. */
export const basePrefix = ({ family, head }: BertShape): string =>
  head === "none" ? "" : bertNames[family].base;

/** The linear layer under a key; its bias is there, and an adapter may be. */
export function linearAt(params: TensorMap, name: string): Linear {
  const a = params[`${name}.lora_A.weight`] as tf.Tensor2D | undefined;
  const b = params[`${name}.lora_B.weight`] as tf.Tensor2D | undefined;
  return {
    weight: params[`${name}.weight`] as tf.Tensor2D,
    bias: params[`${name}.bias`] as tf.Tensor1D,
    ...(a && b ? { lora_A: { weight: a }, lora_B: { weight: b } } : {}),
  };
}

export const normAt = (params: TensorMap, name: string): Affine => ({
  weight: params[`${name}.weight`] as tf.Tensor1D,
  bias: params[`${name}.bias`] as tf.Tensor1D,
});

export const denseSpecs = (name: string, from: number, out: number, shape: BertShape): SpecLines =>
  linearSpecs(name, {
    in: from,
    out,
    init: { kind: "normal", std: shape.initialRange },
    bias: { kind: "constant", value: 0 },
  });

/** Scale 1 and offset 0; a layer norm has no running statistics. */
export const layerNormSpecs = (name: string, width: number): SpecLines => [
  [`${name}.weight`, { shape: [width], role: "param", init: { kind: "constant", value: 1 } }],
  [`${name}.bias`, { shape: [width], role: "param", init: { kind: "constant", value: 0 } }],
];

const tableSpecs = (name: string, rows: number, shape: BertShape): SpecLines => [
  [
    `${name}.weight`,
    {
      shape: [rows, shape.width],
      role: "param",
      init: { kind: "normal", std: shape.initialRange },
    },
  ],
];

/** The key of the table of words. */
export const wordsName = (shape: BertShape): string =>
  under(basePrefix(shape), "embeddings.word_embeddings");

/** Embeddings and layers, in Hugging Face's order. */
export function encoderSpecs(shape: BertShape): SpecLines {
  const { vocabulary, width, positions, types, layers, inner, family } = shape;
  const embeddings = under(basePrefix(shape), "embeddings");
  const names = bertNames[family];
  return [
    ...tableSpecs(wordsName(shape), vocabulary, shape),
    ...tableSpecs(`${embeddings}.position_embeddings`, positions, shape),
    ...(types > 0 ? tableSpecs(`${embeddings}.token_type_embeddings`, types, shape) : []),
    ...layerNormSpecs(`${embeddings}.LayerNorm`, width),
    ...Array.from({ length: layers }, (_, index) => {
      const at = (part: string) => `${layerName(shape, index)}.${part}`;
      return [
        ...[names.query, names.key, names.value, names.project].flatMap((name) =>
          denseSpecs(at(name), width, width, shape),
        ),
        ...layerNormSpecs(at(names.attentionNorm), width),
        ...denseSpecs(at(names.up), width, inner, shape),
        ...denseSpecs(at(names.down), inner, width, shape),
        ...layerNormSpecs(at(names.outputNorm), width),
      ];
    }).flat(),
  ];
}

const layerName = (shape: BertShape, index: number): string =>
  under(basePrefix(shape), `${bertNames[shape.family].layer}.${index}`);

/** The stages embeddings, layer1, layer2, ...: ids (B, S) int32 -> (B, S, width). */
export const encoderStages = (shape: BertShape): readonly Stage[] => [
  {
    name: "embeddings",
    prefixes: [under(basePrefix(shape), "embeddings")],
    apply: (params, x, pass) => embed(params, x as tf.Tensor2D, shape, pass),
  },
  ...Array.from({ length: shape.layers }, (_, index) => ({
    name: `layer${index + 1}`,
    prefixes: [layerName(shape, index)],
    apply: (params: TensorMap, x: tf.Tensor, pass: Pass) =>
      encode(params, x as tf.Tensor3D, { shape, name: layerName(shape, index) }, pass),
  })),
];

/**
 * Words, positions and kinds, added up and normalised. Side inputs: token_type_ids (B, S), 0 by default, and
 * inputs_embeds (B, S, width), which take the place of the words' own vectors.
 */
function embed(params: TensorMap, ids: tf.Tensor2D, shape: BertShape, pass: Pass): tf.Tensor3D {
  const name = under(basePrefix(shape), "embeddings");
  const [, length] = ids.shape;
  if (ids.rank !== 2 || length > shape.positions) {
    throw new GraftError(
      "batch-invalid",
      `The model takes token numbers (B, S) of at most ${shape.positions} tokens a text, not [${ids.shape}]. Cut longer texts.`,
      { details: { shape: ids.shape, positions: shape.positions } },
    );
  }
  const given = sideInput(pass, "inputs_embeds", [...ids.shape, shape.width]);
  const words = given ?? wordVectors(params, ids, shape);
  const positions = params[`${name}.position_embeddings.weight`] as tf.Tensor2D;
  // A slice and not a look-up: its gradient is a padding.
  const placed = tf.add(words, tf.slice(positions, [0, 0], [length, shape.width]));
  const kinds = params[`${name}.token_type_embeddings.weight`] as tf.Tensor2D | undefined;
  const sum = kinds ? tf.add(placed, kindsOf(kinds, ids, pass)) : placed;
  const normal = layerNorm(normAt(params, `${name}.LayerNorm`), sum, { epsilon: shape.epsilon });
  const rate = shape.dropout.hidden;
  return dropout(normal, { rate, site: "embeddings.dropout" }, pass) as tf.Tensor3D;
}

/** The rows of the table of words for token numbers: (B, S) int32 -> (B, S, width). */
export function wordVectors(params: TensorMap, ids: tf.Tensor, shape: BertShape): tf.Tensor {
  const { paddingIndex } = shape;
  const weight = params[`${wordsName(shape)}.weight`] as tf.Tensor2D;
  return embedding({ weight }, ids, paddingIndex === undefined ? {} : { paddingIndex });
}

function kindsOf(table: tf.Tensor2D, ids: tf.Tensor2D, pass: Pass): tf.Tensor {
  const kinds = sideInput(pass, "token_type_ids", ids.shape);
  if (kinds) return embedding({ weight: table }, kinds);
  return tf.slice(table, [0, 0], [1, table.shape[1]]);
}

/** A side input of this shape, (B, S) or more. Throws `shape-mismatch` where it is another. */
export function sideInput(
  pass: Pass,
  name: string,
  shape: readonly number[],
): tf.Tensor | undefined {
  const input = pass.inputs[name];
  if (input === undefined || tf.util.arraysEqual(input.shape, [...shape])) return input;
  throw new GraftError(
    "shape-mismatch",
    `The side input "${name}" is [${input.shape}], and the tokens are [${shape}]. Give it the tokens' shape.`,
    { details: { name, expected: shape, actual: input.shape } },
  );
}

type Layer = { readonly shape: BertShape; readonly name: string };

/** Attention and feed-forward, each added to what it read and normalised (arXiv 1810.04805). */
function encode(
  params: TensorMap,
  x: tf.Tensor3D,
  { shape, name }: Layer,
  pass: Pass,
): tf.Tensor3D {
  const { epsilon, dropout: rates, family, heads } = shape;
  const names = bertNames[family];
  const at = (part: string) => linearAt(params, `${name}.${part}`);
  const norm = (part: string, y: tf.Tensor3D) =>
    layerNorm(normAt(params, `${name}.${part}`), y, { epsilon });
  const mask = sideInput(pass, "attention_mask", [x.shape[0], x.shape[1]]);
  const mixed = selfAttention(
    { query: at(names.query), key: at(names.key), value: at(names.value) },
    x,
    {
      heads,
      name: `${name}.attention`,
      dropout: { rate: rates.attention, site: `${name}.attention` },
      ...(mask ? { bias: maskBias(mask) } : {}),
    },
    pass,
  );
  const projected = linear(at(names.project), mixed);
  // DistilBERT drops nothing here.
  const kept =
    family === "distilbert"
      ? projected
      : dropout(projected, { rate: rates.hidden, site: `${name}.project` }, pass);
  const attended = norm(names.attentionNorm, tf.add(kept, x));
  const wide = activations[shape.activation](linear(at(names.up), attended));
  const narrow = linear(at(names.down), wide);
  const output = dropout(narrow, { rate: rates.hidden, site: `${name}.output` }, pass);
  return norm(names.outputNorm, tf.add(output, attended));
}
