import { expect, test } from "vitest";
import { modelFromConfig } from "./config.js";
import { flattenTimmConfig } from "./timm-config.js";

/** As timm writes it beside the weights on the hub. */
const hub = {
  architecture: "resnet50",
  num_classes: 1000,
  num_features: 2048,
  pretrained_cfg: {
    tag: "a1_in1k",
    input_size: [3, 224, 224],
    num_classes: 1000,
    classifier: "fc",
  },
};

test("a config of ours stays as it is", () => {
  const { config } = modelFromConfig({ architecture: "resnet18", num_classes: 3 });
  expect(flattenTimmConfig(config)).toEqual(config);
});

test("what the outer config leaves out, the nested ones tell: arguments before the pretraining", () => {
  const { num_classes: _, ...bare } = hub;
  expect(flattenTimmConfig(hub)).toMatchObject({ num_classes: 1000, in_chans: 3 });
  expect(modelFromConfig(bare).numClasses).toBe(1000);
  const args = { num_classes: 5, in_chans: 1, global_pool: "avg", img_size: 160 };
  const changed = modelFromConfig({ ...bare, model_args: args });
  expect([changed.numClasses, changed.specs["conv1.weight"]?.shape[1]]).toEqual([5, 1]);
  expect(modelFromConfig({ ...hub, model_args: args }).numClasses).toBe(1000);
  const gray = { ...hub.pretrained_cfg, input_size: [1, 224, 224] };
  expect(modelFromConfig({ ...hub, pretrained_cfg: gray }).config.in_chans).toBe(1);
});

test.each([
  [{ model_args: { act_layer: "silu" } }, /"act_layer": "silu"; it needs timm's default/],
  [{ model_args: { global_pool: "max" } }, /"global_pool": "max"; it needs "avg"/],
  [{ global_pool: "catavgmax" }, /"global_pool": "catavgmax"; it needs "avg"/],
])("%j would be another network", (more, message) => {
  expect(() => modelFromConfig({ ...hub, ...more })).toThrow(message);
});
