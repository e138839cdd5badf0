import { type FloatWeights, type Model, writeSafetensors } from "@graft-ml/core";
import { checkClassNames } from "../texts/check-class-names.js";

export type TextModelFiles = {
  readonly "config.json": string;
  readonly "model.safetensors": Uint8Array;
};

/**
 * A classifier of texts as files, data alone: `modelFromConfig`, `loadWeights` and `openTextClassifier`
 * open them again. `classes` name the labels, in their order. Throws `config-invalid` for other than as
 * many names as classes.
 */
export function textModelFiles(options: {
  model: Model;
  weights: FloatWeights;
  classes?: readonly string[];
}): TextModelFiles {
  const { model, weights, classes } = options;
  if (classes) checkClassNames(model, classes);
  const config = { ...model.config, ...(classes ? named(classes) : {}) };
  return {
    "config.json": `${JSON.stringify(config, null, 2)}\n`,
    "model.safetensors": writeSafetensors(weights, { format: "pt" }),
  };
}

const named = (classes: readonly string[]) => ({
  id2label: Object.fromEntries(classes.map((name, label) => [String(label), name])),
  label2id: Object.fromEntries(classes.map((name, label) => [name, label])),
});
