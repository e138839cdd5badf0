import { cosineSimilarity, cosineSimilarityLoss, type Program } from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { type EmbeddingOptions, embeddingOf } from "./embedding.js";

/**
 * Pairs of texts, as `pairSource` gives them, to the loss that moves both texts of a class together and
 * others to a right angle: the squared error of their cosine similarity. Without `targets` the output
 * `similarities`, (B).
 */
export function pairProgram(options: EmbeddingOptions): Program {
  const { model, pooling = "mean" } = options;
  const embed = embeddingOf(options);
  return {
    key: "nlp/pairs",
    config: { model: model.config, pooling },
    run: ({ batch, ...input }) => {
      const { targets, weight, ...tokens } = batch;
      // Both texts of every pair in one pass, one below the other.
      const rows = Object.entries(tokens).map(([name, field]) => {
        return [name, tf.reshape(field, [-1, field.shape.at(-1)!])] as const;
      });
      const vectors = embed(Object.fromEntries(rows), input);
      const width = vectors.shape[1];
      const pairs = tf.reshape(vectors, [-1, 2, width]);
      const side = (at: 0 | 1) =>
        tf.reshape(tf.slice(pairs, [0, at, 0], [-1, 1, width]), [-1, width]);
      const [a, b] = [side(0), side(1)];
      if (!targets) return { outputs: { similarities: cosineSimilarity({ a, b }) } };
      const sampleWeight = weight ? { sampleWeight: weight } : {};
      return { loss: cosineSimilarityLoss({ a, b, targets, ...sampleWeight }) };
    },
  };
}
