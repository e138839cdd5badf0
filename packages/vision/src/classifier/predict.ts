import { classificationJudge, type EvaluateEvent, GraftError, type Source } from "@graft-ml/core";
import type { Picture } from "../picture/picture.js";
import { type ClassScore, likeliest } from "./likeliest.js";
import {
  openPictureNetwork,
  type PictureNetwork,
  type PictureNetworkOptions,
} from "./picture-network.js";

/** A trained network, ready to be asked. */
export type ClassifierOptions = PictureNetworkOptions & {
  /** Names in the order of the labels. */
  classes: readonly string[];
};

export type Prediction = {
  /** The likeliest classes first. */
  readonly top: readonly ClassScore[];
};

/** Holds the network on the engine until it is closed. */
export type Classifier = {
  /** Decoded RGB pictures to class probabilities. `top` says how many classes each; default 1. */
  predict(pictures: readonly Picture[], options?: { top?: number }): Promise<readonly Prediction[]>;
  /** Scores a source of `image` and `labels`. */
  evaluate(
    source: Source,
    options?: { batchSize?: number; signal?: AbortSignal },
  ): AsyncGenerator<EvaluateEvent, void>;
  close(): Promise<void>;
};

/** Throws `config-invalid` when the classes are not as many as the model's. */
export async function openClassifier(options: ClassifierOptions): Promise<Classifier> {
  const { model, classes } = options;
  if (classes.length !== model.numClasses) {
    throw new GraftError(
      "config-invalid",
      `There are ${classes.length} class names for a model of ${model.numClasses} classes. Pass as many names.`,
      { details: { names: classes.length, classes: model.numClasses } },
    );
  }
  const network = await openPictureNetwork(options);
  return {
    predict: async (pictures, { top = 1 } = {}) => {
      const rows = await network.outputs(pictures);
      return rows.map((logits) => ({ top: likeliest(logits, classes, top) }));
    },
    evaluate: (source, given = {}) => evaluated(network, source, given),
    close: () => network.close(),
  };
}

async function* evaluated(
  network: PictureNetwork,
  source: Source,
  options: { batchSize?: number; signal?: AbortSignal },
): AsyncGenerator<EvaluateEvent, void> {
  const judging = network.judge(source, { ...options, judge: classificationJudge() });
  const { metrics, count, confusion } = yield* judging;
  yield { type: "eval-end", ...metrics, count, confusion };
}
