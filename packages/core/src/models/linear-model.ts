import type * as tf from "@tensorflow/tfjs-core";
import { linear } from "../nn/linear.js";
import { linearAt } from "./bert-encoder.js";
import type { Model } from "./model.js";
import { fanInBound, linearSpecs } from "./specs.js";

/**
 * One linear layer on features that are there already, (B, features) -> (B, classes), for `featuresTask`:
 * a stage "features" that gives them as they are, so that the head can be cut off, and the stage "head".
 */
export function linearModel(options: { numFeatures: number; numClasses: number }): Model {
  const { numFeatures, numClasses } = options;
  const start = fanInBound(numFeatures);
  return {
    architecture: "linear",
    config: { architecture: "linear", num_features: numFeatures, num_classes: numClasses },
    specs: Object.fromEntries(
      linearSpecs("classifier", { in: numFeatures, out: numClasses, init: start, bias: start }),
    ),
    stages: [
      { name: "features", prefixes: [], apply: (_, x) => x },
      {
        name: "head",
        prefixes: ["classifier"],
        apply: (params, x) => linear(linearAt(params, "classifier"), x as tf.Tensor2D),
      },
    ],
    classifier: "classifier",
    numClasses,
    numFeatures,
    trunk: { stage: "features", channels: numFeatures },
  };
}
