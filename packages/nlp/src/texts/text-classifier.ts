import { classificationJudge, type EvaluateEvent, type Source } from "@graft-ml/core";
import { logSoftmax } from "../network/log-softmax.js";
import type { TextInput } from "../tokenize/encoding.js";
import { checkClassNames } from "./check-class-names.js";
import { openTextNetwork, type TextNetwork, type TextNetworkOptions } from "./text-network.js";
import { asPair, type TextPair } from "./text-source.js";

export type TextClassifierOptions = TextNetworkOptions & {
  /** Names in the order of the labels. */
  classes: readonly string[];
};

/** A class and its probability. */
export type TextScore = { readonly label: string; readonly score: number };

export type TextPrediction = {
  /** The likeliest classes first. */
  readonly top: readonly TextScore[];
};

/** Holds the network on the engine until it is closed. */
export type TextClassifier = {
  /**
   * Texts, or pairs of them, to class probabilities; texts of any length, of which what is over
   * `maxLength` counts for nothing, and empty ones. `top` says how many classes each; default 1.
   */
  predict(
    texts: readonly (TextInput | TextPair)[],
    options?: { top?: number },
  ): Promise<readonly TextPrediction[]>;
  /** Scores what `textSource` gives. */
  evaluate(
    source: Source,
    options?: { batchSize?: number; signal?: AbortSignal },
  ): AsyncGenerator<EvaluateEvent, void>;
  close(): Promise<void>;
};

/** Throws `config-invalid` when the classes are not as many as the model's. */
export async function openTextClassifier(options: TextClassifierOptions): Promise<TextClassifier> {
  const { model, classes } = options;
  checkClassNames(model, classes);
  const network = await openTextNetwork(options);
  return {
    predict: async (texts, { top = 1 } = {}) => {
      const logits = await network.outputs(texts.map(asPair));
      return logits.map((row) => ({ top: likeliest(row, classes, top) }));
    },
    evaluate: (source, given = {}) => evaluated(network, source, given),
    close: () => network.close(),
  };
}

function likeliest(logits: Float32Array, classes: readonly string[], top: number) {
  const scores = logSoftmax(logits);
  return classes
    .map((label, i) => ({ label, score: Math.exp(scores[i]!) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, top);
}

async function* evaluated(
  network: TextNetwork,
  source: Source,
  options: { batchSize?: number; signal?: AbortSignal },
): AsyncGenerator<EvaluateEvent, void> {
  const judging = network.judge(source, { ...options, judge: classificationJudge() });
  const { metrics, count, confusion } = yield* judging;
  yield { type: "eval-end", ...metrics, count, confusion };
}
