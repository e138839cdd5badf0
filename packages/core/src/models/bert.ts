import type * as tf from "@tensorflow/tfjs-core";
import { GraftError } from "../errors.js";
import type { TensorMap } from "../program.js";
import {
  architectureOf,
  type BertConfig,
  type BertFamily,
  type BertHead,
  type BertPooling,
  bertShape,
  familyOf,
} from "./bert-config.js";
import { encoderSpecs, encoderStages, wordVectors } from "./bert-encoder.js";
import { headPart, poolPart } from "./bert-heads.js";
import type { Model } from "./model.js";

/**
 * BERT (arXiv 1810.04805) or DistilBERT (arXiv 1910.01108) from Hugging Face's config.json, with its
 * weights' names: token numbers (B, S) int32 through the stages embeddings, layer1, layer2, ..., pool
 * (for whole texts) and head. Side inputs of the pass, both (B, S): `attention_mask` (1 where a token
 * counts; default all) and `token_type_ids` (default all 0); `inputs_embeds` (B, S, width) in place of
 * `bertWordVectors`; of a masked head also `masked_positions` (B, P), the only places to score, then as
 * (B P, vocabulary). `architectures` says which head; our own
 * key `pooling` ("pooler", "cls", "mean", "none") says how texts become vectors, where it isn't
 * upstream's way. Throws `config-invalid`.
 */
export function bertFromConfig(config: BertConfig): Model {
  const shape = bertShape(config);
  const [pool, head] = [poolPart(shape), headPart(shape)];
  return {
    architecture: shape.family,
    config,
    specs: Object.fromEntries([...encoderSpecs(shape), ...pool.specs, ...head.specs]),
    stages: [...encoderStages(shape), ...pool.stages, ...head.stages],
    classifier: head.classifier,
    numClasses: shape.numClasses,
    numFeatures: shape.width,
    trunk: { stage: `layer${shape.layers}`, channels: shape.width },
  };
}

/** What a BERT's words are before positions and kinds are added: token numbers (B, S) int32 -> (B, S, width). */
export const bertWordVectors = (model: Model, params: TensorMap, ids: tf.Tensor): tf.Tensor =>
  wordVectors(params, ids, bertShape(model.config));

/** The config with another head. Labels are numbered anew; `numClasses` counts for classifiers alone. */
export function withBertHead(
  config: BertConfig,
  { head, numClasses = 2 }: { head: BertHead; numClasses?: number | undefined },
): BertConfig {
  const { num_labels: _, id2label: __, label2id: ___, pooling, ...rest } = config;
  const family = familyOf(config);
  const pooled = head === "none" || (head === "sequence" && pooling !== "none");
  return {
    ...rest,
    architectures: [architectureOf(family, head)],
    ...(pooled && pooling !== undefined ? { pooling } : {}),
    ...(head === "sequence" || head === "token" ? labelled(numClasses) : {}),
  };
}

/** As Hugging Face names labels that nobody named. */
function labelled(numClasses: number): BertConfig {
  const labels = Array.from({ length: numClasses }, (_, index) => `LABEL_${index}`);
  return {
    id2label: Object.fromEntries(labels.map((label, index) => [String(index), label])),
    label2id: Object.fromEntries(labels.map((label, index) => [label, index])),
  };
}

/** The same encoder with a classifier of so many classes: of tokens where it was one, else of texts. */
export function replaceBertHead(model: Model, numClasses: number): Model {
  const head = bertShape(model.config).head === "token" ? "token" : "sequence";
  return bertFromConfig(withBertHead(model.config, { head, numClasses }));
}

export type BertOptions = {
  /** What stands on the encoder. Default: "sequence" where `numClasses` is given, else "none". */
  head?: BertHead;
  /** Classes of texts or tokens. Default 2. */
  numClasses?: number;
  /** How texts become vectors. Default: upstream's way ("pooler", DistilBERT "cls"). */
  pooling?: BertPooling;
  /** Words in the vocabulary. Default: that of the uncased English weights, 30522. */
  vocabSize?: number;
};

type Sizes = readonly [family: BertFamily, layers: number, width: number, heads: number];

/** The published sizes (arXiv 1908.08962 for the small ones, 2002.10957 for MiniLM). */
const variants: Readonly<Record<string, Sizes>> = {
  bert_tiny: ["bert", 2, 128, 2],
  bert_mini: ["bert", 4, 256, 4],
  bert_small: ["bert", 4, 512, 8],
  bert_medium: ["bert", 8, 512, 8],
  bert_base: ["bert", 12, 768, 12],
  bert_large: ["bert", 24, 1024, 16],
  minilm_l6_h384: ["bert", 6, 384, 12],
  minilm_l12_h384: ["bert", 12, 384, 12],
  distilbert_base: ["distilbert", 6, 768, 12],
};

/** The networks for texts that `createModel` knows. */
export const bertVariants: readonly string[] = Object.keys(variants);

/** The names of `BertOptions`. */
export const bertOptions: readonly (keyof BertOptions)[] = [
  "head",
  "numClasses",
  "pooling",
  "vocabSize",
];

/** What `createModel` makes of one of `bertVariants`. Throws `architecture-unknown` for any other name. */
export function createBert(name: string, options: BertOptions = {}): Model {
  const { numClasses, head = numClasses === undefined ? "none" : "sequence" } = options;
  const { vocabSize = 30522, pooling } = options;
  const [family, layers, width, heads] = sizesOf(name);
  const inner = 4 * width;
  const sizes: BertConfig =
    family === "bert"
      ? {
          model_type: "bert",
          hidden_size: width,
          num_hidden_layers: layers,
          num_attention_heads: heads,
          intermediate_size: inner,
          hidden_act: "gelu",
          layer_norm_eps: 1e-12,
          hidden_dropout_prob: 0.1,
          attention_probs_dropout_prob: 0.1,
          type_vocab_size: 2,
        }
      : {
          model_type: "distilbert",
          dim: width,
          n_layers: layers,
          n_heads: heads,
          hidden_dim: inner,
          activation: "gelu",
          dropout: 0.1,
          attention_dropout: 0.1,
          seq_classif_dropout: 0.2,
          qa_dropout: 0.1,
        };
  const config: BertConfig = {
    ...sizes,
    vocab_size: vocabSize,
    max_position_embeddings: 512,
    initializer_range: 0.02,
    pad_token_id: 0,
    ...(pooling === undefined ? {} : { pooling }),
  };
  return bertFromConfig(withBertHead(config, { head, numClasses }));
}

function sizesOf(name: string): Sizes {
  const sizes = Object.hasOwn(variants, name) ? variants[name] : undefined;
  if (sizes) return sizes;
  throw new GraftError(
    "architecture-unknown",
    `There is no BERT "${name}". Known are ${bertVariants.join(", ")}; createModel knows more names.`,
    { details: { architecture: name, known: bertVariants } },
  );
}
