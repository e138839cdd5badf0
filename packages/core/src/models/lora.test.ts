import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { createPass } from "../nn/pass.js";
import { hostRandom } from "../random.js";
import { leakedTensors } from "../testing/leaks.js";
import type { FloatWeights } from "../weights/host-tensor.js";
import { createBert } from "./bert.js";
import { modelFromConfig, replaceHead } from "./config.js";
import { initWeights } from "./init-weights.js";
import { addLora, isLoraWeight, loraRanks } from "./lora.js";
import { mergeLora } from "./lora-merge.js";
import type { Model } from "./model.js";
import { createModel } from "./registry.js";
import { runStages } from "./run-stages.js";

const resnet = createModel("resnet", {
  ...{ block: "basic", blocks: [1, 1], widths: [6, 8], stemWidth: 6, numClasses: 3 },
});
const bert = createBert("bert_tiny", { vocabSize: 20, numClasses: 2 });
const mobilenet = createModel("mobilenet_v2", { widthMultiplier: 0.25, numClasses: 3 });

const adapted = (model: Model): readonly string[] => Object.keys(loraRanks(model));

/** Logits of one batch, outside of training. */
function logits(model: Model, weights: FloatWeights): Float32Array {
  return tf.tidy(() => {
    const params = Object.fromEntries(
      Object.entries(weights).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
    );
    const pass = createPass({ training: false, random: hostRandom({ seed: 0 }), buffers: {} });
    const x = model === bert || model.architecture === "bert" ? ids() : picture();
    return runStages(model, params, x, pass).dataSync<"float32">().slice();
  });
}

const ids = (): tf.Tensor => tf.tensor2d([[3, 7, 11, 2]], undefined, "int32");
const picture = (): tf.Tensor => hostRandom({ seed: 9 }).uniform("picture", [1, 32, 32, 3]);

/** As after some training: adapters do something, norms too. */
function trained(model: Model): FloatWeights {
  const weights = initWeights(model, { seed: 4 });
  return Object.fromEntries(
    Object.entries(weights).map(([name, tensor]) => {
      const norm = tensor.shape.length === 1 && !name.endsWith("bias");
      const shift = name.includes("lora_B") ? 1 : norm ? 0.1 : 0;
      const data = tensor.data.map((value, index) => value + shift * Math.cos(1 + index));
      return [name, { ...tensor, data }];
    }),
  );
}

const largest = (values: Float32Array): number =>
  values.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
const apart = (a: Float32Array, b: Float32Array): number =>
  largest(a.map((value, index) => value - b[index]!));

test.each([
  ["a ResNet", resnet],
  ["a BERT", bert],
  ["a MobileNet", mobilenet],
])("%s with new adapters computes what it did, to the bit", (_, model) => {
  const lora = addLora(model, { rank: 2 });
  const weights = initWeights(lora, { seed: 4 });
  const before = logits(model, initWeights(model, { seed: 4 }));
  expect([...logits(lora, weights)]).toEqual([...before]);
  const a = Object.keys(weights).filter((name) => name.endsWith("lora_A.weight"));
  expect(a.every((name) => weights[name]!.data.every((value) => value !== 0))).toBe(true);
});

test.each([
  ["a ResNet's convolutions, strided ones too", resnet, "all"],
  ["a BERT's queries and values", bert, undefined],
  ["all of a BERT's linear layers", bert, "all-linear"],
  ["a MobileNet's", mobilenet, undefined],
] as const)("%s, merged, compute what the adapted did", (_, model, targets) => {
  const lora = addLora(model, { rank: 3, ...(targets ? { targets } : {}) });
  const weights = trained(lora);
  const merged = mergeLora(lora, weights);
  expect(merged.model.specs).toEqual(model.specs);
  expect(merged.model.config).toEqual(model.config);
  expect(Object.keys(merged.weights)).toEqual(Object.keys(model.specs));
  const expected = logits(lora, weights);
  const plain = Object.entries(weights).filter(([name]) => !isLoraWeight(name));
  const error = (values: Float32Array) => apart(values, expected) / largest(expected);
  expect(error(logits(model, Object.fromEntries(plain)))).toBeGreaterThan(0.01);
  expect(error(logits(model, merged.weights))).toBeLessThan(1e-5);
});

test("the usual targets", () => {
  expect(adapted(addLora(resnet, { rank: 4 }))).toEqual([
    "layer1.0.conv1",
    "layer1.0.conv2",
    "layer2.0.conv1",
    "layer2.0.conv2",
  ]);
  expect(adapted(addLora(bert, { rank: 4 }))).toEqual([
    "bert.encoder.layer.0.attention.self.query",
    "bert.encoder.layer.0.attention.self.value",
    "bert.encoder.layer.1.attention.self.query",
    "bert.encoder.layer.1.attention.self.value",
  ]);
  const distilbert = createBert("distilbert_base", { vocabSize: 20 });
  expect(adapted(addLora(distilbert, { rank: 4 })).slice(0, 2)).toEqual([
    "transformer.layer.0.attention.q_lin",
    "transformer.layer.0.attention.v_lin",
  ]);
  const points = addLora(mobilenet, { rank: 4 });
  expect(adapted(points).slice(0, 3)).toEqual([
    "features.1.conv.1",
    "features.2.conv.0.0",
    "features.2.conv.2",
  ]);
  expect(points.specs["features.2.conv.0.0.lora_A.weight"]!.shape).toEqual([4, 8, 1, 1]);
});

test("A and B lie after the layer's weight, in its layout", () => {
  const { specs } = addLora(resnet, { rank: 4, targets: ["layer2.0.conv1"] });
  const names = Object.keys(specs);
  const at = names.indexOf("layer2.0.conv1.weight");
  expect(names.slice(at + 1, at + 3)).toEqual([
    "layer2.0.conv1.lora_A.weight",
    "layer2.0.conv1.lora_B.weight",
  ]);
  expect(specs["layer2.0.conv1.lora_A.weight"]!.shape).toEqual([4, 6, 3, 3]);
  expect(specs["layer2.0.conv1.lora_A.weight"]!.init).toEqual({
    kind: "uniform",
    bound: 1 / Math.sqrt(6 * 9),
  });
  expect(specs["layer2.0.conv1.lora_B.weight"]!.shape).toEqual([8, 4, 1, 1]);
});

test("targets are prefixes, endings or patterns", () => {
  const of = (targets: readonly string[] | RegExp) =>
    adapted(addLora(resnet, { rank: 1, targets }));
  expect(of(["layer2"])).toEqual(["layer2.0.conv1", "layer2.0.conv2", "layer2.0.downsample.0"]);
  expect(of(["conv2"])).toEqual(["layer1.0.conv2", "layer2.0.conv2"]);
  expect(of(/^layer1.*conv[12]$/g)).toEqual(["layer1.0.conv1", "layer1.0.conv2"]);
  expect(adapted(addLora(resnet, { rank: 1, targets: "all" }))[0]).toBe("conv1");
});

test("adapters may begin at a stage", () => {
  const from = (stage: string) => addLora(resnet, { rank: 1, targets: ["conv2"], from: stage });
  expect(adapted(from("layer2"))).toEqual(["layer2.0.conv2"]);
  expect(adapted(addLora(bert, { rank: 1, from: "layer2" }))).toHaveLength(2);
  expect(() => from("fc")).toThrow(/no such layer in "fc" or after it/);
  expect(() => from("layer9")).toThrow(/no stage "layer9"/);
});

test("what can't be adapted is told, with what can", () => {
  const refusal = (model: Model, targets: "all-linear" | readonly string[] | RegExp) => {
    return () => addLora(model, { rank: 2, targets });
  };
  expect(refusal(resnet, ["layer2", "nowhere"])).toThrow(
    /no such layer as nowhere.*layer1.0.conv1/,
  );
  expect(refusal(resnet, [])).toThrow(/empty list/);
  expect(refusal(resnet, ["fc"])).toThrow(/no such layer as fc/);
  expect(refusal(resnet, "all-linear")).toThrow(/no linear layer before its head/);
  expect(refusal(mobilenet, /conv\.1\.0$/)).toThrow(/in groups.*features.2.conv.1.0/);
  expect(refusal(bert, /embeddings/)).toThrow(/no such layer as \/embeddings\//);
  expect(() => addLora(resnet, { rank: 0.5 })).toThrow(/rank must be a whole number above 0/);
  const once = addLora(resnet, { rank: 2 });
  expect(() => addLora(once, { rank: 2 })).toThrow(/has adapters already/);
});

test("groups are known wherever a filter has them", () => {
  const next = createModel("resnext50_32x4d");
  expect(next.specs["layer1.0.conv2.weight"]).toMatchObject({ shape: [128, 4, 3, 3], groups: 32 });
  expect(adapted(addLora(next, { rank: 2 })).every((name) => !name.endsWith("conv2"))).toBe(true);
});

test("a config builds the adapted model again, and a new head leaves adapters as they are", () => {
  for (const model of [resnet, bert]) {
    const lora = addLora(model, { rank: 2 });
    const again = modelFromConfig(JSON.parse(JSON.stringify(lora.config)));
    expect(again.specs).toEqual(lora.specs);
    expect(again.config).toEqual(lora.config);
    const other = replaceHead(lora, 7);
    expect(other.numClasses).toBe(7);
    expect(loraRanks(other)).toEqual(loraRanks(lora));
  }
  expect(() => modelFromConfig({ ...resnet.config, lora: { "layer9.0.conv1": 2 } })).toThrow(
    /beside "layer9.0.conv1"/,
  );
  expect(() => modelFromConfig({ ...resnet.config, lora: 3 })).toThrow(/"lora": 3/);
});

test("merging needs every weight, and leaves no tensor", async () => {
  const lora = addLora(resnet, { rank: 2 });
  const { "layer1.0.conv1.lora_B.weight": _, ...rest } = initWeights(lora, { seed: 1 });
  expect(() => mergeLora(lora, rest)).toThrow(/lack "layer1.0.conv1.lora_B.weight"/);
  expect(await leakedTensors(() => mergeLora(lora, initWeights(lora, { seed: 1 })))).toBe(0);
});
