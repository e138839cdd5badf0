import { createPass, type Model, type Program, runStages } from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";

/**
 * How much of a text's vector comes from each of its tokens as attention mixes them: attention rollout
 * (Abnar and Zuidema 2020, arXiv 2005.00928, section 3), the product over the layers of the heads' mean
 * weights, half and half with what residuals pass on. Output `rollout`, (B, S) float32, each row of sum 1; a
 * text's vector is its first token's, or the mean where the model pools so. Reads what `tokenBatch` makes.
 */
export const attentionRollout = (model: Model): Program => ({
  key: "nlp/attention-rollout",
  config: { model: model.config },
  run: (input) => {
    const { input_ids: ids, attention_mask, token_type_ids } = input.batch;
    const layers: tf.Tensor3D[] = [];
    const pass = createPass({
      ...input,
      training: false,
      inputs: { attention_mask: attention_mask!, token_type_ids: token_type_ids! },
      watch: (_, weights) => layers.push(tf.mean(weights, 1)),
    });
    const params = { ...input.params, ...input.buffers };
    runStages(model, params, ids!, pass, { to: model.trunk.stage });
    const pooled = pooling(model, attention_mask!);
    // From the last layer down a vector is enough: the whole product is never needed.
    const shares = layers.reduceRight<tf.Tensor3D>(
      (share, weights) => tf.mul(tf.add(tf.matMul(share, weights), share), 0.5),
      pooled,
    );
    return { outputs: { rollout: tf.reshape(shares, ids!.shape) } };
  },
});

/** Each token's part in its text's vector: (B, 1, S). */
function pooling({ config }: Model, mask: tf.Tensor): tf.Tensor3D {
  const [batch = 0, length = 0] = mask.shape;
  const counts = tf.reshape(tf.cast(mask, "float32"), [batch, 1, length]);
  if (config.pooling === "mean") return tf.div(counts, tf.sum(counts, 2, true));
  const first = Float32Array.from({ length: batch * length }, (_, at) => Number(at % length === 0));
  return tf.tensor3d(first, [batch, 1, length]);
}
