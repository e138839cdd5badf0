import { expect, test } from "vitest";
import { paramGroups } from "../optim/groups.js";
import { createBert } from "./bert.js";
import {
  biasOnly,
  freeze,
  freezeTo,
  normOnly,
  unfreeze,
  type WeightChoice,
  weightedStages,
} from "./freeze.js";
import type { Model } from "./model.js";
import { createModel } from "./registry.js";

const resnet = createModel("resnet18", { numClasses: 3 });
const vgg = createModel("vgg11_bn", { numClasses: 3 });
const mobilenet = createModel("mobilenet_v2", { numClasses: 3 });
const bert = createBert("bert_tiny", { numClasses: 2 });

/** The names that train. */
const trained = (model: Model, frozen: WeightChoice): readonly string[] =>
  Object.keys(model.specs).filter((name) => !frozen(name));

test("everything up to a stage is frozen, running statistics too", () => {
  const frozen = freezeTo(resnet, "layer3");
  expect(frozen("conv1.weight")).toBe(true);
  expect(frozen("layer3.1.bn2.running_mean")).toBe(true);
  expect([...new Set(trained(resnet, frozen).map((name) => name.split(".")[0]))]).toEqual([
    "layer4",
    "fc",
  ]);
  // Stages without weights don't count: stem, layer1, layer2.
  const counted = freezeTo(resnet, 3);
  expect(trained(resnet, counted)).toEqual(trained(resnet, freezeTo(resnet, "layer2")));
  expect(trained(resnet, freezeTo(resnet, 0))).toEqual(Object.keys(resnet.specs));
  expect(trained(resnet, freezeTo(resnet, "fc"))).toEqual([]);
});

test("stages, prefixes, names and counts choose; choices add up", () => {
  const frozen = freeze(resnet, ["stem", "layer1.0", "layer2.1.conv1.weight"]);
  expect(frozen("bn1.running_var")).toBe(true);
  expect(frozen("layer1.0.conv2.weight")).toBe(true);
  expect(frozen("layer1.1.conv2.weight")).toBe(false);
  expect(frozen("layer2.1.conv1.weight")).toBe(true);
  expect(frozen("layer2.1.conv2.weight")).toBe(false);
  expect(trained(resnet, unfreeze(resnet, { top: 1 }))).toEqual(["fc.weight", "fc.bias"]);
  const more = unfreeze(resnet, "layer4.1", unfreeze(resnet, { top: 1 }));
  expect(more("layer4.1.conv1.weight")).toBe(false);
  expect(more("layer4.0.conv1.weight")).toBe(true);
  expect(more("fc.bias")).toBe(false);
  const both = freeze(
    resnet,
    { bottom: 1 },
    freeze(resnet, (name) => name === "fc.bias"),
  );
  expect([both("conv1.weight"), both("fc.bias"), both("fc.weight")]).toEqual([true, true, false]);
});

test("a stage's name comes before a prefix, unless a dot says prefix", () => {
  expect(trained(vgg, unfreeze(vgg, "classifier"))).toEqual([
    "classifier.6.weight",
    "classifier.6.bias",
  ]);
  expect(trained(vgg, unfreeze(vgg, "classifier.")).length).toBe(6);
  // BERT's stages are not called as its weights are.
  expect(freeze(bert, "layer2")("bert.encoder.layer.1.output.dense.weight")).toBe(true);
  expect(freeze(bert, "bert.encoder.layer.0")("bert.encoder.layer.1.output.dense.bias")).toBe(
    false,
  );
});

test("biases and the head, norms and the head", () => {
  expect(trained(bert, biasOnly(bert))).toEqual(
    Object.keys(bert.specs).filter((name) => name.endsWith("bias") || name === "classifier.weight"),
  );
  expect(trained(vgg, biasOnly(vgg)).filter((name) => name.includes("running"))).toEqual([]);
  expect(trained(bert, normOnly(bert))).toEqual(
    Object.keys(bert.specs).filter((name) => /LayerNorm|^classifier/.test(name)),
  );
  const norms = trained(mobilenet, normOnly(mobilenet));
  const spec = (name: string) => mobilenet.specs[name]!;
  expect(norms.filter((name) => spec(name).shape.length > 1)).toEqual(["classifier.1.weight"]);
  expect(norms.length).toBe(52 * 4 + 2);
  const bare = createModel("mobilenet_v2", { includeTop: false });
  expect(trained(bare, normOnly(bare)).every((name) => spec(name).shape.length === 1)).toBe(true);
});

test("a choice is what parameter groups freeze", () => {
  const groups = paramGroups({ freeze: freezeTo(resnet, "layer4") });
  expect(groups("layer4.0.conv1.weight", [1, 1, 1, 1]).frozen).toBe(true);
  expect(groups("fc.weight", [3, 512]).frozen).toBe(false);
});

test("what is not there is told with what is", () => {
  expect(() => freeze(resnet, "layer5")).toThrow(
    '"resnet18" has no stage and no weights called "layer5". Its stages are stem, layer1, layer2, layer3, layer4, pool, fc, and its weights begin with conv1.weight.',
  );
  expect(() => freezeTo(resnet, "conv1")).toThrow(/no stage and no weights called "conv1"/);
  expect(() => freeze(resnet, { top: 7 })).toThrow(
    '"resnet18" can\'t have 7 of its stages chosen; it has 6 with weights: stem, layer1, layer2, layer3, layer4, fc.',
  );
  expect(() => freezeTo(resnet, 1.5)).toThrow(/can't have 1.5/);
  expect(weightedStages(bert).map(({ name }) => name)).toEqual([
    "embeddings",
    "layer1",
    "layer2",
    "pool",
    "head",
  ]);
});
