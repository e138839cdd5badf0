import {
  type Engine,
  type EvaluateEvent,
  evaluate,
  evaluationBatches,
  type FloatWeights,
  GraftError,
  type Model,
  type Program,
  paramGroups,
  type Session,
  type Source,
  taskProgram,
  weightsOf,
} from "@graft-ml/core";
import type { Picture } from "../picture/picture.js";
import { type Preprocess, pictureBatch, preprocess } from "../picture/preprocess.js";
import { pictureTask } from "./picture-task.js";

/** A trained network, ready to be asked. */
export type ClassifierOptions = {
  engine: Engine;
  model: Model;
  weights: FloatWeights;
  preprocess: Preprocess;
  /** Names in the order of the labels. */
  classes: readonly string[];
};

export type Prediction = {
  /** The likeliest classes first. */
  readonly top: readonly { readonly label: string; readonly score: number }[];
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
  const { engine, model, classes } = options;
  if (classes.length !== model.numClasses) {
    throw new GraftError(
      "config-invalid",
      `There are ${classes.length} class names for a model of ${model.numClasses} classes. Pass as many names.`,
      { details: { names: classes.length, classes: model.numClasses } },
    );
  }
  const session = await engine.open({
    weights: weightsOf(model, options.weights, {}),
    groups: paramGroups({ freeze: () => true }),
  });
  const program = taskProgram({ model, task: pictureTask(options) });
  return {
    predict: (pictures, { top = 1 } = {}) => predict(session, { program, options, pictures, top }),
    evaluate: (source, { batchSize = 32, signal } = {}) => {
      const batches = evaluationBatches(source, { batchSize: Math.min(batchSize, source.size) });
      return evaluate({ session, program, batches, ...(signal ? { signal } : {}) });
    },
    close: () => session.close(),
  };
}

const CHUNK = 32;

async function predict(
  session: Session,
  input: {
    program: Program;
    options: ClassifierOptions;
    pictures: readonly Picture[];
    top: number;
  },
): Promise<readonly Prediction[]> {
  const { program, options, pictures, top } = input;

  const predictions: Prediction[] = [];
  for (let start = 0; start < pictures.length; start += CHUNK) {
    const chunk = pictures.slice(start, start + CHUNK);
    const image = pictureBatch(chunk.map((picture) => preprocess(picture, options.preprocess)));
    const { outputs } = await session.run(program, { image });
    const logits = outputs.logits?.data as Float32Array;
    for (let row = 0; row < chunk.length; row++) {
      const { numClasses } = options.model;
      const scores = softmax(logits.subarray(row * numClasses, (row + 1) * numClasses));
      predictions.push({ top: likeliest(scores, options.classes, top) });
    }
  }
  return predictions;
}

function softmax(logits: Float32Array): Float64Array {
  const highest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = Float64Array.from(logits, (value) => Math.exp(value - highest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((value) => value / sum);
}

const likeliest = (scores: Float64Array, classes: readonly string[], top: number) =>
  classes
    .map((label, i) => ({ label, score: scores[i]! }))
    .sort((a, b) => b.score - a.score)
    .slice(0, top);
