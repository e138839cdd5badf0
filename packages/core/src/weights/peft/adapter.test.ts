import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { createBert } from "../../models/bert.js";
import { biasOnly, normOnly, unfreeze } from "../../models/freeze.js";
import { initWeights } from "../../models/init-weights.js";
import { addLora, isLoraWeight, loraRanks } from "../../models/lora.js";
import type { Model } from "../../models/model.js";
import { createModel } from "../../models/registry.js";
import { runStages } from "../../models/run-stages.js";
import { createPass } from "../../nn/pass.js";
import { hostRandom } from "../../random.js";
import { formulaValues } from "../../testing/formula.js";
import { readGolden } from "../../testing/golden.js";
import { worstDifference } from "../../testing/worst-difference.js";
import type { FloatWeights } from "../host-tensor.js";
import { memoryStore } from "../store.js";
import { decodeAdapter, encodeAdapter } from "./adapter.js";
import type { AdapterConfig } from "./adapter-config.js";

type Case = {
  name: string;
  config: AdapterConfig;
  ranks: Record<string, number>;
  saved: Record<string, number[]>;
  y: number[];
};

const { cases } = readGolden<{ cases: Case[] }>(import.meta.url, "golden/lora.json");
const volume = (shape: readonly number[]) => shape.reduce((all, size) => all * size, 1);

/** As scripts/golden/lora.py fills them. */
function fill(site: string, name: string, shape: readonly number[]): FloatWeights[string] {
  const bound = shape.length > 1 ? Math.sqrt(6 / volume(shape.slice(1))) : 0.3;
  const isScale = shape.length === 1 && /(weight|running_var)$/.test(name);
  const [low, high] = isScale ? [0.5, 1.5] : [-bound, bound];
  const data = formulaValues(`${site}/${name}`, volume(shape), low, high);
  return { dtype: "float32", shape, data };
}

const plain = createModel("resnet", {
  ...{ block: "basic", blocks: [1, 1], widths: [4, 6], stemWidth: 4, numClasses: 3 },
});

test.each(cases.map((each): [string, Case] => [each.name, each]))(
  "an adapter of PEFT's computes what PyTorch does: %s",
  async (_, each) => {
    const base = Object.entries(plain.specs).map(
      ([name, { shape }]) => [name, fill(each.name, name, shape)] as const,
    );
    const saved = Object.entries(each.saved).map(
      ([name, shape]) =>
        [name, fill(each.name, name.replace("base_model.model.", ""), shape)] as const,
    );
    const store = memoryStore(Object.fromEntries(saved));
    const { model, weights } = await decodeAdapter(plain, { config: each.config, store });
    expect(loraRanks(model)).toEqual(each.ranks);
    const y = logits(model, { ...Object.fromEntries(base), ...weights }, each.name);
    expect(worstDifference(y, each.y)).toBeLessThan(1e-5);
  },
);

function logits(model: Model, weights: FloatWeights, site: string): Float32Array {
  return tf.tidy(() => {
    const params = Object.fromEntries(
      Object.entries(weights).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
    );
    const x = tf.tensor(formulaValues(`${site}/x`, 2 * 16 * 16 * 3), [2, 16, 16, 3]);
    const pass = createPass({ training: false, random: hostRandom({ seed: 0 }), buffers: {} });
    return runStages(model, params, x, pass).dataSync<"float32">().slice();
  });
}

const resnet = addLora(plain, { rank: 2 });
const bert = addLora(createBert("bert_tiny", { vocabSize: 20, numClasses: 2 }), { rank: 4 });
const base = (model: Model): Model => {
  const { lora: _, ...config } = model.config;
  const plain = Object.entries(model.specs).filter(([name]) => !isLoraWeight(name));
  return { ...model, config, specs: Object.fromEntries(plain) };
};

test("names and config are PEFT's", () => {
  const { config, weights } = encodeAdapter({
    model: bert,
    weights: initWeights(bert, { seed: 1 }),
    base: "google/bert_uncased_L-2_H-128_A-2",
  });
  const attention = "base_model.model.bert.encoder.layer.0.attention.self";
  expect(Object.keys(weights).slice(0, 2)).toEqual([
    `${attention}.query.lora_A.weight`,
    `${attention}.query.lora_B.weight`,
  ]);
  expect(Object.keys(weights).slice(-2)).toEqual([
    "base_model.model.classifier.weight",
    "base_model.model.classifier.bias",
  ]);
  expect(config).toMatchObject({
    peft_type: "LORA",
    base_model_name_or_path: "google/bert_uncased_L-2_H-128_A-2",
    ...{ r: 4, lora_alpha: 4, bias: "none", rank_pattern: {} },
    target_modules: ["query", "value"],
    modules_to_save: ["classifier"],
  });
});

test("layers whose last names are not theirs alone are told by whole names", () => {
  const weights = initWeights(resnet, { seed: 1 });
  expect(encodeAdapter({ model: resnet, weights }).config.target_modules).toBe(
    ["1\\.0\\.conv1", "1\\.0\\.conv2", "2\\.0\\.conv1", "2\\.0\\.conv2"]
      .map((layer) => `layer${layer}`)
      .join("|"),
  );
});

test.each([
  ["adapters and head", resnet, undefined],
  ["norms too", resnet, unfreeze(resnet, isLoraWeight, normOnly(resnet))],
  ["biases too", bert, unfreeze(bert, isLoraWeight, biasOnly(bert))],
  ["a norm too", bert, unfreeze(bert, ["bert.encoder.layer.1.output.LayerNorm"])],
  ["different ranks", { ...bert, ...ranked(bert) }, undefined],
] as const)("what is written is read: %s", async (_, model, frozen) => {
  const weights = initWeights(model, { seed: 3 });
  const { config, weights: saved } = encodeAdapter({
    ...{ model, weights },
    ...(frozen ? { frozen } : {}),
  });
  const read = await decodeAdapter(base(model), {
    config: JSON.parse(JSON.stringify(config)) as AdapterConfig,
    store: memoryStore(saved),
  });
  expect(read.model.specs).toEqual(model.specs);
  expect(read.model.config.lora).toEqual(loraRanks(model));
  for (const [name, { data }] of Object.entries(read.weights)) {
    expect(data, name).toEqual(weights[name]!.data);
  }
  const moved = Object.keys(model.specs).filter((name) => !(frozen ?? (() => true))(name));
  const always = Object.keys(model.specs).filter((name) => isLoraWeight(name));
  for (const name of [...moved, ...always, `${model.classifier}.weight`]) {
    expect(Object.keys(read.weights)).toContain(name);
  }
});

/** The first adapter has a rank of its own. */
function ranked(model: Model): Pick<Model, "specs" | "config"> {
  const [first = ""] = Object.keys(loraRanks(model));
  const [a, b] = [`${first}.lora_A.weight`, `${first}.lora_B.weight`];
  const ranks = { ...loraRanks(model), [first]: 3 };
  return {
    config: { ...model.config, lora: ranks },
    specs: {
      ...model.specs,
      [a]: { ...model.specs[a]!, shape: [3, 128] },
      [b]: { ...model.specs[b]!, shape: [128, 3] },
    },
  };
}

test("the bias of an adapted layer lies in its base layer, as PEFT wraps it", () => {
  const frozen = unfreeze(bert, isLoraWeight, biasOnly(bert));
  const { config, weights } = encodeAdapter({
    ...{ model: bert, weights: initWeights(bert, { seed: 1 }), frozen },
  });
  expect(config.bias).toBe("all");
  const attention = "base_model.model.bert.encoder.layer.1.attention.self";
  expect(Object.keys(weights)).toContain(`${attention}.query.base_layer.bias`);
  expect(Object.keys(weights)).toContain(`${attention}.key.bias`);
});

test("what can't be saved is refused", () => {
  const weights = initWeights(resnet, { seed: 1 });
  expect(() => encodeAdapter({ model: base(resnet), weights })).toThrow(/no adapters to save/);
  expect(() => encodeAdapter({ model: resnet, weights: {} })).toThrow(
    /lora_A.weight" is not among/,
  );
  const frozen = unfreeze(resnet, "layer2");
  expect(() => encodeAdapter({ model: resnet, weights, frozen })).toThrow(
    /"layer2.0.conv1" was trained beside its adapter/,
  );
});

test("names, shapes and configs of other models are refused", async () => {
  const { config, weights } = encodeAdapter({
    ...{ model: resnet, weights: initWeights(resnet, { seed: 1 }) },
  });
  const read = (change: AdapterConfig, saved: FloatWeights = weights, model = base(resnet)) =>
    decodeAdapter(model, { config: { ...config, ...change }, store: memoryStore(saved) });
  const { "base_model.model.layer1.0.conv1.lora_B.weight": b, ...rest } = weights;
  await expect(read({}, rest)).rejects.toThrow(/layer1.0.conv1.lora_B.weight" is missing/);
  await expect(read({}, { ...weights, other: b! })).rejects.toThrow(/"other" is not the model's/);
  await expect(read({ r: 3 })).rejects.toThrow(/conv1.lora_A.weight" is \[2, 4, 3, 3\], \[3,/);
  await expect(read({ target_modules: ["query"] })).rejects.toThrow(/targets \["query"\]/);
  await expect(read({ peft_type: "IA3" })).rejects.toThrow(/"peft_type": "IA3"; it needs "LORA"/);
  await expect(read({ use_dora: true })).rejects.toThrow(/"use_dora": true; it needs false/);
  await expect(read({ bias: "lora_only" })).rejects.toThrow(/"bias": "lora_only"/);
  await expect(read({ lora_alpha: -1 })).rejects.toThrow(/"lora_alpha": -1; it needs numbers/);
  await expect(read({ target_modules: "(?P<a>conv1)" })).rejects.toThrow(/no JavaScript pattern/);
  await expect(read({ modules_to_save: "fc" })).rejects.toThrow(/a list of names/);
  await expect(read({}, weights, base(bert))).rejects.toThrow(/"bert" has no such layer/);
});

test("where layers are chosen in other ways, those in the file count", async () => {
  const { config, weights } = encodeAdapter({
    ...{ model: resnet, weights: initWeights(resnet, { seed: 1 }) },
  });
  const saved = Object.entries(weights).filter(([name]) => !name.includes("layer1"));
  const { model } = await decodeAdapter(base(resnet), {
    config: { ...config, target_modules: ["conv1", "conv2"], exclude_modules: "layer1.*" },
    store: memoryStore(Object.fromEntries(saved)),
  });
  expect(Object.keys(loraRanks(model))).toEqual(["layer2.0.conv1", "layer2.0.conv2"]);
});
