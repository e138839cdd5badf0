import { type FloatWeights, GraftError, type Model, writeSafetensors } from "@graft-ml/core";

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
  const config = classes ? { ...model.config, ...labelled(model, classes) } : model.config;
  return {
    "config.json": `${JSON.stringify(config, null, 2)}\n`,
    "model.safetensors": writeSafetensors(weights, { format: "pt" }),
  };
}

function labelled({ numClasses }: Model, classes: readonly string[]) {
  if (classes.length !== numClasses) {
    throw new GraftError(
      "config-invalid",
      `There are ${classes.length} class names for a model of ${numClasses} classes. Pass as many names.`,
      { details: { names: classes.length, classes: numClasses } },
    );
  }
  return {
    id2label: Object.fromEntries(classes.map((name, label) => [String(label), name])),
    label2id: Object.fromEntries(classes.map((name, label) => [name, label])),
  };
}
