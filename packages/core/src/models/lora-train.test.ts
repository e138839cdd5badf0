import { expect, test } from "vitest";
import { paramGroups } from "../optim/groups.js";
import { createBert } from "./bert.js";
import { biasOnly, unfreeze, type WeightChoice } from "./freeze.js";
import { addLora, isLoraWeight } from "./lora.js";
import { loraOnly, loraPlusRates } from "./lora-train.js";
import type { Model } from "./model.js";
import { createModel } from "./registry.js";

const resnet = addLora(createModel("resnet18", { numClasses: 3 }), {
  rank: 2,
  targets: ["layer4.1.conv2"],
});
const bert = addLora(createBert("bert_tiny", { numClasses: 2 }), { rank: 2, targets: ["value"] });

const trained = (model: Model, frozen: WeightChoice): readonly string[] =>
  Object.keys(model.specs).filter((name) => !frozen(name));

test("adapters and the head train, and nothing else", () => {
  expect(trained(resnet, loraOnly(resnet))).toEqual([
    "layer4.1.conv2.lora_A.weight",
    "layer4.1.conv2.lora_B.weight",
    "fc.weight",
    "fc.bias",
  ]);
  const value = (layer: number, part: string) =>
    `bert.encoder.layer.${layer}.attention.self.value.lora_${part}.weight`;
  expect(trained(bert, loraOnly(bert))).toEqual([
    ...[value(0, "A"), value(0, "B"), value(1, "A"), value(1, "B")],
    ...["classifier.weight", "classifier.bias"],
  ]);
  const bare = addLora(createModel("resnet18", { includeTop: false }), { rank: 2 });
  expect(trained(bare, loraOnly(bare)).every(isLoraWeight)).toBe(true);
});

test("biases join in", () => {
  const names = trained(bert, unfreeze(bert, isLoraWeight, biasOnly(bert)));
  expect(names).toContain("bert.embeddings.LayerNorm.bias");
  expect(names).toContain("bert.encoder.layer.1.attention.self.value.lora_B.weight");
  expect(names).not.toContain("bert.encoder.layer.1.attention.self.value.weight");
});

test("every B learns faster", () => {
  const groups = paramGroups({
    rates: loraPlusRates(bert, 8),
    names: Object.keys(bert.specs),
  });
  const rateOf = (part: string) =>
    groups(`bert.encoder.layer.0.attention.self.value.${part}.weight`, [2, 2]).rate;
  expect([rateOf("lora_A"), rateOf("lora_B")]).toEqual([1, 8]);
});
