import type { BertFamily } from "./bert-config.js";

/** Where a family keeps its weights: key prefixes, as Hugging Face spells them. */
type BertNames = {
  /** What all of the encoder's keys begin with, unless the encoder is the whole model. */
  readonly base: string;
  /** The part of a key that the number of a layer follows. */
  readonly layer: string;
  readonly query: string;
  readonly key: string;
  readonly value: string;
  /** The projection after attention, and the norm after that. */
  readonly project: string;
  readonly attentionNorm: string;
  /** The feed-forward layers, and the norm after them. */
  readonly up: string;
  readonly down: string;
  readonly outputNorm: string;
  /** A hidden word's score: layer, norm, and the scores' own prefix, under which their bias is. */
  readonly transform: string;
  readonly transformNorm: string;
  readonly scores: string;
  /** Where the scores' matrix is, when it is not the word embeddings. */
  readonly decoder: string;
};

export const bertNames: Readonly<Record<BertFamily, BertNames>> = {
  bert: {
    base: "bert",
    layer: "encoder.layer",
    query: "attention.self.query",
    key: "attention.self.key",
    value: "attention.self.value",
    project: "attention.output.dense",
    attentionNorm: "attention.output.LayerNorm",
    up: "intermediate.dense",
    down: "output.dense",
    outputNorm: "output.LayerNorm",
    transform: "cls.predictions.transform.dense",
    transformNorm: "cls.predictions.transform.LayerNorm",
    scores: "cls.predictions",
    decoder: "cls.predictions.decoder",
  },
  distilbert: {
    base: "distilbert",
    layer: "transformer.layer",
    query: "attention.q_lin",
    key: "attention.k_lin",
    value: "attention.v_lin",
    project: "attention.out_lin",
    attentionNorm: "sa_layer_norm",
    up: "ffn.lin1",
    down: "ffn.lin2",
    outputNorm: "output_layer_norm",
    transform: "vocab_transform",
    transformNorm: "vocab_layer_norm",
    scores: "vocab_projector",
    decoder: "vocab_projector",
  },
};
