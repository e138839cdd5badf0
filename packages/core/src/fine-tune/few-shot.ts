import { GraftError } from "../errors.js";
import type { FeatureTable } from "../features/feature-store.js";
import { sampleTables } from "../features/frozen-features.js";
import { measure, type Standard, takesStandard, unstandardize } from "../features/standardize.js";
import {
  type FewShotDistance,
  type FewShotHead,
  linearFromPrototypes,
} from "../few-shot/few-shot-head.js";
import { fitFewShotHead } from "../few-shot/fit-few-shot-head.js";
import { addCosineHead, DIRECTION } from "../models/cosine-head.js";
import type { Model } from "../models/model.js";
import type { FloatWeights, HostTensor } from "../weights/host-tensor.js";
import type { FineTuneContext, FineTuned, FineTuneEvents, ShotsHead } from "./options.js";

/** The distance by which each head tells classes. */
export const shotsDistances: Readonly<Record<ShotsHead, FewShotDistance>> = {
  discriminant: "mahalanobis",
  prototype: "euclidean",
  cosine: "cosine",
};

/**
 * Fits a head to the frozen features of all views, standardised, without a step of training. It comes as
 * the weights of the model's own last layer; a cosine head also as those of the stage before it.
 */
export async function* fitFewShot(
  context: FineTuneContext,
  weights: FloatWeights,
): FineTuneEvents<FineTuned> {
  const { model, shotsHead = "discriminant", resume, validation: _, ...options } = context.options;
  if (resume) throw invalid(model, "fits a few-shot head at once: there is nothing to resume");
  const stage = model.stages.at(-2)!.name;
  const trained = { ...context, options: { ...options, model } };
  const { train } = yield* sampleTables(trained, stage, weights);
  if (!takesStandard(model, train.shape)) {
    throw invalid(
      model,
      `has no linear layer on pooled features as its last, which a few-shot head takes the place of. Choose the strategy "probe"`,
    );
  }
  yield { type: "phase-start", phase: "head" };
  const standard = await measure(train);
  const head = fitFewShotHead({
    ...(await rowsOf(train, standard)),
    numClasses: model.numClasses,
    distance: shotsDistances[shotsHead],
  });
  const { temperature, crossValidated } = head;
  yield {
    type: "head-fitted",
    phase: "head",
    head: shotsHead,
    temperature,
    ...(crossValidated ? { crossValidated } : {}),
  };
  const layer = layerOf(model, head);
  if (shotsHead !== "cosine") {
    return { model, weights: { ...weights, ...unstandardize(model, layer, standard) } };
  }
  const turned = { ...weights, ...layer, ...directionOf(standard) };
  return { model: addCosineHead(model), weights: turned };
}

/** Every view of every sample, standardised, with its class and which sample it shows. */
async function rowsOf(table: FeatureTable, { mean, deviation }: Standard) {
  const { size, views, fields } = table;
  const { labels } = fields;
  if (labels?.dtype !== "int32" || labels.shape.length !== 1) {
    throw new GraftError(
      "batch-invalid",
      `A few-shot head needs "labels" as class numbers, (B) int32, not ${labels ? `(${labels.shape}) ${labels.dtype}` : "none"}.`,
    );
  }
  const rows = Array.from({ length: size * views }, (_, row) => row);
  const width = mean.length;
  const data = (await table.read(rows)).map(
    (value, at) => (value - mean[at % width]!) / deviation[at % width]!,
  );
  const features: HostTensor<"float32"> = { dtype: "float32", shape: [rows.length, width], data };
  const groups = rows.map((row) => row % size);
  return { features, groups, labels: groups.map((sample) => labels.data[sample]!) };
}

/** The head as the weights of the model's last layer, which may be a 1x1 convolution. */
function layerOf({ classifier, specs }: Model, head: FewShotHead): FloatWeights {
  const { weight, bias } = linearFromPrototypes(head);
  const name = `${classifier}.weight`;
  return { [name]: { ...weight, shape: specs[name]!.shape }, [`${classifier}.bias`]: bias };
}

/** The scale and offset that standardise. */
function directionOf({ mean, deviation }: Standard): FloatWeights {
  const tensor = (data: Float32Array) =>
    ({ dtype: "float32", shape: [data.length], data }) as const;
  return {
    [`${DIRECTION}.weight`]: tensor(Float32Array.from(deviation, (value) => 1 / value)),
    [`${DIRECTION}.bias`]: tensor(Float32Array.from(mean, (value, i) => -value / deviation[i]!)),
  };
}

const invalid = (model: Model, what: string): GraftError =>
  new GraftError("config-invalid", `The model "${model.architecture}" ${what}.`, {
    details: { architecture: model.architecture },
  });
