import {
  bertWordVectors,
  createPass,
  type Model,
  type Program,
  type ProgramInput,
  runStages,
} from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { type AttributedScore, attributedScores } from "./attributed-score.js";

/**
 * The gradient of a class's score at points on the straight line from a baseline's words to a text's own,
 * times the way between both, summed over the width: output `attributions`, (B, S) float32. Batch fields,
 * beside what `tokenBatch` makes: `baseline_ids` (B, S) int32; `portion` (B) float32, how far along the
 * line, 0 to 1; `target` (B, C) float32, 1 at the class.
 */
export function pathGradients(options: { model: Model; of: AttributedScore }): Program {
  const { model, of } = options;
  return {
    key: "nlp/path-gradients",
    config: { model: model.config, of },
    run: (input) => {
      const { input_ids: ids, baseline_ids: baseline, portion, target } = input.batch;
      const from = bertWordVectors(model, input.params, baseline!);
      const way = tf.sub(bertWordVectors(model, input.params, ids!), from);
      const point = tf.add(from, tf.mul(way, tf.reshape(portion!, [-1, 1, 1])));
      const gradient = tf.grad((words) =>
        tf.sum(tf.mul(attributedScores[of].ofTensor(logitsOf(model, words, input)), target!)),
      )(point);
      return { outputs: { attributions: tf.sum(tf.mul(way, gradient), -1) } };
    },
  };
}

function logitsOf(model: Model, words: tf.Tensor, input: ProgramInput): tf.Tensor {
  const { input_ids: ids, attention_mask, token_type_ids } = input.batch;
  const inputs = {
    inputs_embeds: words,
    attention_mask: attention_mask!,
    token_type_ids: token_type_ids!,
  };
  const pass = createPass({ ...input, training: false, inputs });
  return runStages(model, { ...input.params, ...input.buffers }, ids!, pass);
}
