import { GraftError } from "../errors.js";
import { isUnder } from "../tree.js";
import type { FloatWeights } from "../weights/host-tensor.js";
import type { Model } from "./model.js";

/**
 * A checkpoint's weights as a session takes them: what the optimizer may train, and the running
 * statistics. Names that the model does not know are left out (`num_batches_tracked`, an old head);
 * throws `weight-missing`.
 */
export function splitWeights(
  model: Model,
  weights: FloatWeights,
): { weights: FloatWeights; buffers: FloatWeights } {
  const pick = (role: "param" | "buffer") =>
    Object.fromEntries(
      Object.entries(model.specs)
        .filter(([, spec]) => spec.role === role)
        .map(([name]) => [name, weights[name] ?? missing(model, name)]),
    );
  return { weights: pick("param"), buffers: pick("buffer") };
}

function missing(model: Model, name: string): never {
  throw new GraftError(
    "weight-missing",
    `The weights of "${model.architecture}" lack "${name}". Check that they belong to this architecture.`,
    { details: { architecture: model.architecture, name } },
  );
}

export type ModelSummary = {
  architecture: string;
  /** Trainable values in all, and values of running statistics. */
  parameters: number;
  buffers: number;
  numClasses: number;
  numFeatures: number;
  stages: readonly { name: string; parameters: number }[];
};

/** How large a model is, stage by stage. */
export function summary(model: Model): ModelSummary {
  const entries = Object.entries(model.specs);
  const count = (role: "param" | "buffer", keep: (name: string) => boolean = () => true) =>
    entries
      .filter(([name, spec]) => spec.role === role && keep(name))
      .reduce((sum, [, { shape }]) => sum + shape.reduce((all, size) => all * size, 1), 0);
  return {
    architecture: model.architecture,
    parameters: count("param"),
    buffers: count("buffer"),
    numClasses: model.numClasses,
    numFeatures: model.numFeatures,
    stages: model.stages.map(({ name, prefixes }) => ({
      name,
      parameters: count("param", (weight) => prefixes.some((prefix) => isUnder(weight, prefix))),
    })),
  };
}
