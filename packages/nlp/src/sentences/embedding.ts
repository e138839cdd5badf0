import {
  createPass,
  GraftError,
  type Model,
  type Program,
  type ProgramInput,
  runStages,
  withoutTop,
} from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";

/** How the vectors of a text's tokens become one: their mean, padding left out, or the first token's. */
export type TextPooling = "mean" | "cls";

export type EmbeddingOptions = {
  /** A BERT of any kind, whatever its head. */
  model: Model;
  /** Default "mean" (arXiv 1908.10084, section 3). */
  pooling?: TextPooling;
};

/** Tokens of texts, each (B, S) int32, to a vector a text, (B, width). */
export type Embedding = (
  batch: ProgramInput["batch"],
  input: Pick<ProgramInput, "params" | "random" | "training">,
) => tf.Tensor2D;

/** The encoder and the pooling, without a head. Throws `config-invalid` for a network that reads no texts. */
export function embeddingOf({ model, pooling = "mean" }: EmbeddingOptions): Embedding {
  if (model.stages[0]?.name !== "embeddings") {
    throw new GraftError(
      "config-invalid",
      `"${model.architecture}" is no network for texts. Choose a BERT.`,
      { details: { architecture: model.architecture } },
    );
  }
  // Core knows both ways of pooling, and neither has weights.
  const pool = withoutTop(model, { pooling }).stages.at(-1)!;
  return ({ input_ids: ids, ...inputs }, { params, random, training }) => {
    const pass = createPass({ random, training, buffers: {}, inputs });
    const tokens = runStages(model, params, ids!, pass, { to: model.trunk.stage });
    return pool.apply(params, tokens, pass) as tf.Tensor2D;
  };
}

/** Token batches to `embeddings`, (B, width) float32; of length 1 where `normalize`. */
export function embeddingProgram(options: EmbeddingOptions & { normalize?: boolean }): Program {
  const { model, pooling = "mean", normalize = false } = options;
  const embed = embeddingOf(options);
  return {
    key: "nlp/embeddings",
    config: { model: model.config, pooling, normalize },
    run: ({ batch, ...input }) => {
      const rows = embed(batch, { ...input, training: false });
      return { outputs: { embeddings: normalize ? unitLength(rows) : rows } };
    },
  };
}

function unitLength(rows: tf.Tensor2D): tf.Tensor {
  const lengths = tf.sqrt(tf.sum(tf.square(rows), 1, true));
  return tf.div(rows, tf.maximum(lengths, 1e-12));
}
