import {
  fitStore,
  GraftError,
  isBertConfig,
  loadWeights,
  memoryStore,
  modelFromConfig,
  withBertHead,
  withoutTop,
} from "@graft-ml/core";
import type { ModelSource } from "../source/model-source.js";
import type { Reading } from "../task/reading.js";

/** A model as it is exported. */
export type ExportSource = Omit<ModelSource, "reading"> & {
  /** Undefined: it has no head, and gives the vectors of a text's tokens. */
  readonly reading: Reading | undefined;
};

/**
 * The model as other programs know it: without its head where `features` asks for the vectors of tokens, or
 * where it has none. Throws `usage` for pictures.
 */
export async function exportedSource(
  source: ModelSource,
  { features }: { features: boolean },
): Promise<ExportSource> {
  const { model } = source;
  if (!isBertConfig(model.config)) {
    if (!features) return source;
    throw new GraftError(
      "usage",
      "--features is for texts; features of pictures are written by `graft extract`.",
    );
  }
  if (features || model.numClasses === 0) return withoutHead(source);
  if (source.reading.task !== "masked") return source;
  // Of a pretraining's two heads there is one left; labels that its config lists are no words.
  const config = withBertHead(model.config, { head: "masked" });
  return { ...source, model: modelFromConfig(config), classes: undefined };
}

async function withoutHead(source: ModelSource): Promise<ExportSource> {
  const model = withoutTop(source.model);
  const weights = await loadWeights(model.specs, fitStore(model, memoryStore(source.weights)));
  return { ...source, model, weights, classes: undefined, reading: undefined };
}
