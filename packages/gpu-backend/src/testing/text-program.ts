import { createPass, crossEntropy, type Model, type Program } from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";

/**
 * A text model's training program over `input_ids` (B, S) and its side inputs. Every stage's output is
 * given back; the loss is cross-entropy where there are `labels` (B), else the product with `dy`.
 */
export const textProgram = (model: Model): Program => ({
  key: `test-${model.architecture}`,
  config: model.config,
  run({ params, buffers, batch, random, training }) {
    const { input_ids: ids, labels, dy, ...inputs } = batch;
    const pass = createPass({ training, random, buffers, inputs });
    const outputs: Record<string, tf.Tensor> = {};
    const last = model.stages.reduce((x, stage) => {
      const y = stage.apply(params, x, pass);
      outputs[stage.name] = y;
      return y;
    }, ids!);
    const loss = labels
      ? crossEntropy({ logits: last as tf.Tensor2D, labels })
      : tf.sum<tf.Scalar>(tf.mul(last, dy ?? 1));
    return { loss, outputs };
  },
});
