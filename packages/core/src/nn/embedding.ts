import * as tf from "@tensorflow/tfjs-core";
import { GraftError } from "../errors.js";
import { addRows } from "../gradients/gather.js";

/** Table [rows, width], as PyTorch keeps it. */
export type Embedding = { weight: tf.Tensor2D };

export type EmbeddingOptions = {
  /** A row that gets no gradient, such as that of the padding token. Default: none. */
  paddingIndex?: number;
};

/** The rows of the table that `ids` (int32) names: (...) -> (..., width). */
export function embedding(
  { weight }: Embedding,
  ids: tf.Tensor,
  { paddingIndex }: EmbeddingOptions = {},
): tf.Tensor {
  if (ids.dtype !== "int32") {
    throw new GraftError(
      "batch-invalid",
      `An embedding is looked up by whole numbers (int32), not by ${ids.dtype} [${ids.shape}].`,
      { details: { dtype: ids.dtype, shape: ids.shape } },
    );
  }
  const lookUp = tf.customGrad((...args) => {
    const [table, save] = args as unknown[] as [tf.Tensor2D, tf.GradSaveFunc];
    save([ids]);
    return {
      value: tf.gather(table, ids),
      gradFunc: (dy: tf.Tensor, [rows]: tf.Tensor[]) =>
        tableGradient(dy, rows!, weight.shape, paddingIndex),
    };
  });
  return lookUp(weight);
}

function tableGradient(
  dy: tf.Tensor,
  ids: tf.Tensor,
  [rows, width]: readonly [number, number],
  paddingIndex: number | undefined,
): tf.Tensor {
  const flat = tf.reshape(dy, [-1, width]);
  const places = tf.reshape(ids, [-1]) as tf.Tensor1D;
  if (paddingIndex === undefined) return addRows(flat, places, rows);
  const counts = tf.cast(tf.notEqual(places, tf.scalar(paddingIndex, "int32")), "float32");
  return addRows(tf.mul(flat, tf.reshape(counts, [-1, 1])), places, rows);
}
