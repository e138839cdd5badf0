import {
  createBert,
  graftedWeights,
  initWeights,
  modelFromConfig,
  withBertHead,
  withoutTop,
} from "@graft-ml/core";
import { expect, test } from "vitest";
import { headFor } from "./head-for.js";

const small = (name: "bert_tiny" | "distilbert_base", head: "masked" | "none") => {
  const { config } = createBert(name, { vocabSize: 30, head });
  const sizes =
    name === "bert_tiny"
      ? { hidden_size: 8, intermediate_size: 16 }
      : { dim: 8, n_layers: 1, n_heads: 2, hidden_dim: 16 };
  return modelFromConfig({ ...config, ...sizes, max_position_embeddings: 16 });
};

test("weights that are all there stay what they are", async () => {
  const model = small("bert_tiny", "masked");
  const weights = initWeights(model, { seed: 1 });
  const next = headFor("masked", { model, weights }, 0);
  expect(Object.keys(next.specs)).toEqual(Object.keys(model.specs));
  expect(await graftedWeights(next, weights, 0)).toBe(weights);
});

test.each(["bert_tiny", "distilbert_base"] as const)(
  "an encoder alone (%s) gets the head's names, and a new head that hangs on its words",
  async (name) => {
    const model = withoutTop(small(name, "none"));
    const weights = initWeights(model, { seed: 1 });
    const next = headFor("masked", { model, weights }, 0);
    const grafted = await graftedWeights(next, weights, 0);
    expect(Object.keys(grafted)).toEqual(Object.keys(next.specs));
    const base = name === "bert_tiny" ? "bert" : "distilbert";
    expect(grafted[`${base}.embeddings.word_embeddings.weight`]).toEqual(
      weights["embeddings.word_embeddings.weight"],
    );
    expect(Object.keys(grafted).some((key) => key.endsWith("decoder.weight"))).toBe(false);
    // DistilBERT's classifier has a layer before its last one, which no encoder brings.
    const classifier = headFor("text", { model, weights }, 3);
    expect(Object.keys(await graftedWeights(classifier, weights, 0))).toEqual(
      Object.keys(classifier.specs),
    );
  },
);

test("a new head is tied to the words, whatever the config says of one that was another's", () => {
  const { config } = small("bert_tiny", "masked");
  const model = modelFromConfig(
    withBertHead({ ...config, tie_word_embeddings: false }, { head: "token", numClasses: 3 }),
  );
  const next = headFor("masked", { model, weights: {} }, 0);
  expect(next.config.tie_word_embeddings).toBe(true);
  const own = modelFromConfig({ ...config, tie_word_embeddings: false });
  const kept = headFor("masked", { model: own, weights: {} }, 0);
  expect(kept.specs).toHaveProperty("cls.predictions.decoder.weight");
});
