import type { FloatWeights } from "../weights/host-tensor.js";
import { withBertHead } from "./bert.js";
import type { BertHead } from "./bert-config.js";
import { modelFromConfig } from "./config.js";
import type { Model } from "./model.js";

/** A network for texts with a new head of so many outputs, maybe of another kind than it has. */
export function newBertHead(
  { model, weights }: { model: Model; weights: FloatWeights },
  { head = "sequence", outputs }: { head?: BertHead; outputs: number },
): Model {
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
