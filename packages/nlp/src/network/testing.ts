import {
  type BertHead,
  createBert,
  type Model,
  modelFromConfig,
  withBertHead,
} from "@graft-ml/core";
import { smallVocabulary } from "../tokenize/testing.js";

/** A BERT of two small layers for the small vocabulary, that drops nothing. */
export function smallBert(options: { head: BertHead; numClasses?: number }): Model {
  const { config } = createBert("bert_tiny");
  const small = {
    ...config,
    vocab_size: smallVocabulary.trim().split("\n").length,
    hidden_size: 16,
    num_hidden_layers: 2,
    num_attention_heads: 2,
    intermediate_size: 32,
    max_position_embeddings: 48,
    hidden_dropout_prob: 0,
    attention_probs_dropout_prob: 0,
    // Wide enough that words differ before anything is learned.
    initializer_range: 0.2,
  };
  return modelFromConfig(withBertHead(small, options));
}

/** Reads all events of a generator; returns what it returns. */
export async function returned<V>(events: AsyncGenerator<unknown, V>): Promise<V> {
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
  }
}
