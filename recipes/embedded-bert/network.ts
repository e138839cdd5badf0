import { type BertConfig, bertFromConfig } from "@graft-ml/core";

/** Tokens of a text that the network has positions for. */
export const POSITIONS = 128;

/** Pieces of the vocabulary, the special tokens included. */
export const VOCABULARY = 8192;

export type Sizes = { readonly layers: number; readonly width: number };

/** The config of the network, with upstream's shares of dropout, which fine-tuning wants. */
export function bertConfig({ layers, width }: Sizes, vocabulary: number): BertConfig {
  return {
    model_type: "bert",
    architectures: ["BertForMaskedLM"],
    vocab_size: vocabulary,
    hidden_size: width,
    num_hidden_layers: layers,
    num_attention_heads: width / 64,
    intermediate_size: 4 * width,
    hidden_act: "gelu_new",
    max_position_embeddings: POSITIONS,
    type_vocab_size: 2,
    initializer_range: 0.02,
    layer_norm_eps: 1e-12,
    pad_token_id: 0,
    hidden_dropout_prob: 0.1,
    attention_probs_dropout_prob: 0.1,
  };
}

/** For pre-training: nothing is dropped, since hardly a text is seen twice. */
export const pretrainingModel = (config: BertConfig) =>
  bertFromConfig({
    ...config,
    hidden_dropout_prob: 0,
    attention_probs_dropout_prob: 0,
  });
