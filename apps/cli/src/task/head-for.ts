import {
  type BertHead,
  type FloatWeights,
  type Model,
  modelFromConfig,
  replaceHead,
  withBertHead,
} from "@graft-ml/core";
import { kinds } from "./kinds.js";
import type { TaskName } from "./reading.js";

/** What stands on the encoder of a network for texts. */
const heads: Partial<Record<TaskName, BertHead>> = {
  tokens: "token",
  qa: "question",
  masked: "masked",
};

/** The model with a new head of so many outputs for a task: of a network for texts also one of another kind. */
export function headFor(
  task: TaskName,
  { model, weights }: { model: Model; weights: FloatWeights },
  outputs: number,
): Model {
  if (kinds[task].modality.name === "pictures") return replaceHead(model, outputs);
  const { [task]: head = "sequence" } = heads;
  const hasPooler = Object.keys(weights).some((name) => name.includes("pooler."));
  const { pooling } = model.config;
  // A network that was trained on hidden words alone has no pooler: the mean of its words stands for a text.
  const isPooled = hasPooler || (pooling !== undefined && pooling !== "none");
  const mean = isPooled ? {} : { pooling: "mean" };
  const config = { ...model.config, ...mean, ...(head === "masked" ? tied(model) : {}) };
  return modelFromConfig(withBertHead(config, { head, numClasses: outputs }));
}

/** A head for hidden words that is new scores them by the word vectors, as BERTs do. */
function tied({ config, classifier }: Model) {
  const isOwn = ["cls.predictions", "vocab_projector"].includes(classifier);
  return config.tie_word_embeddings === false && !isOwn ? { tie_word_embeddings: true } : {};
}
