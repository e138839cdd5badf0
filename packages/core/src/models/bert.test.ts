import { expect, test } from "vitest";
import { isUnder } from "../tree.js";
import { upstreamStore } from "../weights/conversions/upstream-store.js";
import { sizeOf } from "../weights/dtype.js";
import type { Weights } from "../weights/host-tensor.js";
import { loadWeights } from "../weights/load.js";
import { memoryStore } from "../weights/store.js";
import { bertVariants, createBert } from "./bert.js";
import type { BertConfig } from "./bert-config.js";
import { modelFromConfig, replaceHead, withoutTop } from "./config.js";
import { fitStore } from "./fit-store.js";
import { initWeights } from "./init-weights.js";
import type { Model } from "./model.js";
import { summary } from "./weights.js";

/** By the model cards and papers. */
test.each([
  ["bert_tiny", 4_385_920],
  ["bert_mini", 11_170_560],
  ["bert_small", 28_763_648],
  ["bert_medium", 41_373_184],
  ["bert_base", 109_482_240],
  ["bert_large", 335_141_888],
  ["minilm_l6_h384", 22_713_216],
  ["minilm_l12_h384", 33_360_000],
  ["distilbert_base", 66_362_880],
])("%s has %i parameters", (name, parameters) => {
  expect(summary(createBert(name)).parameters).toBe(parameters);
});

const heads = ["none", "sequence", "token", "question", "masked"] as const;
const models = bertVariants.flatMap((name) => heads.map((head) => [name, head] as const));

test.each(models)("%s with the head %s is built again from its config", (name, head) => {
  const model = createBert(name, { head, numClasses: 3 });
  const again = modelFromConfig(JSON.parse(JSON.stringify(model.config)));
  expect(again.config).toEqual(model.config);
  expect(again.specs).toEqual(model.specs);
  for (const key of Object.keys(model.specs)) {
    const owners = model.stages.filter(({ prefixes }) => prefixes.some((one) => isUnder(key, one)));
    expect(owners, key).toHaveLength(1);
  }
  if (head !== "none") expect(model.specs).toHaveProperty([`${model.classifier}.bias`]);
});

const upstream: BertConfig = {
  _name_or_path: "somebody/something",
  architectures: ["BertForMaskedLM"],
  model_type: "bert",
  vocab_size: 20,
  hidden_size: 8,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 16,
  hidden_act: "gelu",
  max_position_embeddings: 10,
  gradient_checkpointing: false,
  transformers_version: "4.6.0",
};

test("the config is upstream's, word for word; a new head changes what names it", () => {
  const model = modelFromConfig(upstream);
  expect(model.config).toEqual(upstream);
  const { architectures, id2label, label2id, ...rest } = replaceHead(model, 2).config;
  expect(architectures).toEqual(["BertForSequenceClassification"]);
  expect(id2label).toEqual({ 0: "LABEL_0", 1: "LABEL_1" });
  expect(label2id).toEqual({ LABEL_0: 0, LABEL_1: 1 });
  const { architectures: _, ...before } = upstream;
  expect(rest).toEqual(before);
});

test("stages and classes by head", () => {
  const told = (more: BertConfig) => {
    const { stages, numClasses, numFeatures } = modelFromConfig({ ...upstream, ...more });
    return [stages.map(({ name }) => name).join(" "), numClasses, numFeatures];
  };
  const trunk = "embeddings layer1 layer2";
  expect(told({})).toEqual([`${trunk} head`, 20, 8]);
  expect(told({ architectures: ["BertForQuestionAnswering"] })).toEqual([`${trunk} head`, 2, 8]);
  expect(told({ architectures: null })).toEqual([`${trunk} pool`, 0, 8]);
  expect(
    told({
      architectures: ["BertForSequenceClassification"],
      id2label: { 0: "a", 1: "b", 2: "c" },
    }),
  ).toEqual([`${trunk} pool head`, 3, 8]);
  expect(told({ architectures: ["BertForTokenClassification"], num_labels: 7 })).toEqual([
    `${trunk} head`,
    7,
    8,
  ]);
});

test("a token classifier stays one, and a bare encoder ends with its tokens or their mean", () => {
  const tokens = createBert("bert_tiny", { head: "token", numClasses: 9 });
  expect(replaceHead(tokens, 4).config.architectures).toEqual(["BertForTokenClassification"]);
  expect(withoutTop(tokens).stages.at(-1)?.name).toBe("layer2");
  const mean = withoutTop(tokens, { pooling: "mean" });
  expect(mean.stages.at(-1)?.name).toBe("pool");
  expect(mean.specs).not.toHaveProperty(["pooler.dense.weight"]);
  const grafted = replaceHead(mean, 4);
  expect(grafted.config).toMatchObject({ pooling: "mean" });
  expect(grafted.stages.map(({ name }) => name).slice(-2)).toEqual(["pool", "head"]);
});

const renamed = (model: Model, rename: (name: string) => string) =>
  memoryStore(
    Object.fromEntries(
      Object.entries(initWeights(model, { seed: 1 })).map(([name, array]) => [rename(name), array]),
    ),
  );

const old = (name: string) =>
  name.replace(/LayerNorm\.weight/, "LayerNorm.gamma").replace(/LayerNorm\.bias/, "LayerNorm.beta");

test.each([
  ["TensorFlow's names of norms", old],
  ["the bare encoder's names", (name: string) => name.replace(/^bert\./, "")],
  ["a prefix before all", (name: string) => `student.${name}`],
])("weights with %s load", async (_, rename) => {
  const model = modelFromConfig({ ...upstream, architectures: ["BertForTokenClassification"] });
  const prefix = rename("").startsWith("student.") ? "student." : "";
  const store = fitStore(model, renamed(model, rename), { prefix });
  expect(await loadWeights(model.specs, store, { prefix })).toEqual(
    initWeights(model, { seed: 1 }),
  );
});

test("any head takes the encoder of any other, and says what it lacks", async () => {
  const masked = modelFromConfig(upstream);
  const grafted = replaceHead(masked, 3);
  const pooled = replaceHead(modelFromConfig({ ...upstream, architectures: null }), 3);
  const positions = { dtype: "int64", shape: [1, 10], data: new BigInt64Array(10) } as const;
  const store = memoryStore({
    ...initWeights(masked, { seed: 1 }),
    "bert.embeddings.position_ids": positions,
  });
  const allowMissing = ["bert.pooler", "classifier"];
  const weights = await loadWeights(grafted.specs, fitStore(grafted, store), { allowMissing });
  expect(Object.keys(weights)).toEqual(
    Object.keys(grafted.specs).filter((name) => !allowMissing.some((part) => isUnder(name, part))),
  );
  await expect(loadWeights(pooled.specs, fitStore(pooled, store))).rejects.toThrow(
    /"bert.pooler.dense.weight" is missing.*"classifier.weight" is missing/,
  );
  await expect(fitStore(grafted, store).get("cls.predictions.bias")).rejects.toThrow(/holds no/);
});

/** All that Google's pretraining left, and its conversion to PyTorch. */
function pretrained(): Weights {
  const encoder = initWeights(modelFromConfig({ ...upstream, architectures: ["BertModel"] }), {
    seed: 1,
  });
  const masked = initWeights(modelFromConfig({ ...upstream, tie_word_embeddings: false }), {
    seed: 1,
  });
  const head = Object.entries(masked).filter(([name]) => name.startsWith("cls."));
  const zeros = (...shape: number[]) =>
    ({ dtype: "float32", shape, data: new Float32Array(sizeOf(shape)) }) as const;
  return {
    ...Object.fromEntries(Object.entries(encoder).map(([name, array]) => [`bert.${name}`, array])),
    ...Object.fromEntries(head),
    "bert.embeddings.position_ids": { dtype: "int64", shape: [1], data: new BigInt64Array(1) },
    "cls.predictions.decoder.bias": zeros(20),
    "cls.seq_relationship.weight": zeros(2, 8),
    "cls.seq_relationship.bias": zeros(2),
  };
}

test.each([
  [{ architectures: ["BertForPreTraining"] }, "cls.predictions.transform.dense.weight"],
  [{ architectures: ["BertForMaskedLM"] }, "cls.predictions.bias"],
  [{ architectures: ["BertModel"] }, "pooler.dense.weight"],
  // Sentence encoders: published with a pooler that their vectors do not use.
  [{ architectures: ["BertModel"], pooling: "mean" }, "encoder.layer.1.output.dense.bias"],
])("a checkpoint of pretraining opens as %j, and the rest is not missed", async (more, has) => {
  const model = modelFromConfig({ ...upstream, ...more });
  const store = fitStore(model, upstreamStore(model, memoryStore(pretrained())));
  const weights = await loadWeights(model.specs, store);
  expect(Object.keys(weights)).toEqual(Object.keys(model.specs));
  expect(weights).toHaveProperty([has]);
});

test("DistilBERT's masked words are scored by the embeddings, whose copy is not missed", async () => {
  const sizes = { dim: 8, n_layers: 1, n_heads: 2, hidden_dim: 16, vocab_size: 20 };
  const architectures = ["DistilBertForMaskedLM"];
  const model = modelFromConfig({ model_type: "distilbert", architectures, ...sizes });
  const weights = initWeights(model, { seed: 1 });
  const copy = weights["distilbert.embeddings.word_embeddings.weight"]!;
  const store = memoryStore({ ...weights, "vocab_projector.weight": copy });
  expect(await loadWeights(model.specs, fitStore(model, store))).toEqual(weights);
});

test("what is neither the encoder's nor a head's is told by the name it has", async () => {
  const model = modelFromConfig({ ...upstream, architectures: ["BertForPreTraining"] });
  for (const stranger of ["bert.adapter.weight", "cls.predictions.extra.weight", "lm.weight"]) {
    const store = memoryStore({
      ...pretrained(),
      [stranger]: pretrained()["cls.predictions.bias"]!,
    });
    await expect(loadWeights(model.specs, fitStore(model, store))).rejects.toThrow(
      `"${stranger}" is not the model's`,
    );
  }
});

test("a layer too many is told, not passed over", async () => {
  const model = modelFromConfig(upstream);
  const store = renamed(modelFromConfig({ ...upstream, num_hidden_layers: 3 }), (name) => name);
  await expect(loadWeights(model.specs, fitStore(model, store))).rejects.toThrow(
    /"bert.encoder.layer.2.attention.self.query.weight" is not the model's/,
  );
});

test.each([
  [{ model_type: "bert", hidden_size: 10, num_attention_heads: 3 }, /a divisor of the width 10/],
  [{ hidden_act: "swiglu" }, /"hidden_act": "swiglu"; it needs one of "gelu", "gelu_new", "relu"/],
  [{ architectures: ["BertLMHeadModel"] }, /"architectures".*"BertForMaskedLM"/],
  [{ architectures: ["DistilBertModel"] }, /"architectures".*"BertModel"/],
  [{ position_embedding_type: "relative_key" }, /needs "absolute"/],
  [{ is_decoder: true }, /"is_decoder": true; it needs false/],
  [{ pruned_heads: { 1: [0] } }, /"pruned_heads"/],
  [{ vocab_size: 0 }, /"vocab_size": 0; it needs a whole number above 0/],
  [{ hidden_dropout_prob: 1 }, /a number from 0 to below 1/],
  [{ pad_token_id: 20 }, /below 20/],
  [{ layer_norm_eps: 0 }, /a number above 0/],
  [{ tie_word_embeddings: "no" }, /true or false/],
  [{ architectures: ["BertModel"], pooling: "max" }, /one of "cls", "mean", "none", "pooler"/],
  [{ num_classes: 3 }, /no such choice/],
])("%j is refused", (more, message) => {
  expect(() => modelFromConfig({ ...upstream, ...more } as BertConfig)).toThrow(message);
});

test("scores of hidden words may have a matrix of their own", () => {
  const specs = modelFromConfig({ ...upstream, tie_word_embeddings: false }).specs;
  expect(specs["cls.predictions.decoder.weight"]?.shape).toEqual([20, 8]);
  expect(modelFromConfig(upstream).specs).not.toHaveProperty(["cls.predictions.decoder.weight"]);
});
