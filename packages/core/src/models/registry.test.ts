import { describe, expect, test } from "vitest";
import { createBert } from "./bert.js";
import { modelFromConfig, replaceHead } from "./config.js";
import { initWeights } from "./init-weights.js";
import { architectureNames, createModel } from "./registry.js";
import { stageAfter, stagesOf } from "./run-stages.js";
import { splitWeights, summary } from "./weights.js";

/** Trainable parameters by the documentation of torchvision, of Keras (`_v1`) and of the CIFAR family's code. */
test.each([
  ["resnet18", 11_689_512],
  ["resnet34", 21_797_672],
  ["resnet50", 25_557_032],
  ["resnet101", 44_549_160],
  ["resnet152", 60_192_808],
  ["resnext50_32x4d", 25_028_904],
  ["resnext101_32x8d", 88_791_336],
  ["wide_resnet50_2", 68_883_240],
  ["wide_resnet101_2", 126_886_696],
  ["resnet50_v1", 25_583_592],
  ["vgg11", 132_863_336],
  ["vgg11_bn", 132_868_840],
  ["vgg13", 133_047_848],
  ["vgg13_bn", 133_053_736],
  ["vgg16", 138_357_544],
  ["vgg16_bn", 138_365_992],
  ["vgg19", 143_667_240],
  ["vgg19_bn", 143_678_248],
  ["mobilenet_v1", 4_231_976],
  ["mobilenet_v2", 3_504_872],
  ["squeezenet1_0", 1_248_424],
  ["squeezenet1_1", 1_235_496],
  ["resnet20_cifar10", 269_722],
  ["resnet32_cifar10", 464_154],
  ["resnet44_cifar10", 658_586],
  ["resnet56_cifar10", 853_018],
  ["resnet110_cifar10", 1_727_962],
])("%s has %i parameters", (name, parameters) => {
  const result = summary(createModel(name));
  expect(result.parameters).toBe(parameters);
  expect(result.stages.reduce((sum, stage) => sum + stage.parameters, 0)).toBe(parameters);
});

const sized = (name: string) =>
  name === "resnet"
    ? { block: "basic" as const, blocks: [1, 1], widths: [8, 16], stem: "deep" as const }
    : name === "resnet_cifar"
      ? { blocks: 1 }
      : name === "vgg"
        ? { blocks: [1, 2], widths: [4, 8], hiddenWidth: 16, batchNorm: true }
        : {};

test.each(architectureNames)("%s is built again from its own config", (name) => {
  const model = createModel(name, { numClasses: 3, ...sized(name) });
  const again = modelFromConfig(JSON.parse(JSON.stringify(model.config)));
  expect(again.specs).toEqual(model.specs);
  expect(again.config).toEqual(model.config);
  expect(again.stages.map((stage) => stage.name)).toEqual(model.stages.map((stage) => stage.name));
});

test.each(architectureNames)("%s: every weight belongs to exactly one stage", (name) => {
  const model = createModel(name, sized(name));
  for (const key of Object.keys(model.specs)) {
    const owners = model.stages.filter((stage) =>
      stage.prefixes.some((prefix) => key.startsWith(`${prefix}.`)),
    );
    expect(owners, key).toHaveLength(1);
  }
  expect(Object.keys(model.specs)).toContain(`${model.classifier}.weight`);
  expect(model.stages.map((stage) => stage.name)).toContain(model.trunk.stage);
});

test.each([
  ["VGG-16", "vgg16"],
  ["vgg16bn", "vgg16_bn"],
  ["mobilenetv1", "mobilenet_v1"],
  ["ResNet18", "resnet18"],
  ["squeezenet1.1", "squeezenet1_1"],
  ["mobilenetv2_100", "mobilenet_v2"],
])("%s is found as %s", (said, name) => {
  expect(createModel(said).architecture).toBe(name);
});

test("no two names are one without their dashes", () => {
  for (const name of architectureNames)
    expect(createModel(name, sized(name)).architecture).toBe(name);
});

test.each([
  ["bert_tiny", {}, ["bert", ["BertModel"], 0, 30522]],
  ["BERT-base-cased", {}, ["bert", ["BertModel"], 0, 28996]],
  ["bert_mini", { numClasses: 3 }, ["bert", ["BertForSequenceClassification"], 3, 30522]],
  ["bert_tiny", { head: "masked", vocabSize: 50 }, ["bert", ["BertForMaskedLM"], 50, 50]],
  [
    "distilbert",
    { head: "token", numClasses: 9 },
    ["distilbert", ["DistilBertForTokenClassification"], 9, 30522],
  ],
  ["minilm_l6_h384", { pooling: "mean", vocabSize: 20 }, ["bert", ["BertModel"], 0, 20]],
] as const)("%s with %j is a network for texts", (name, options, told) => {
  const { architecture, config, numClasses } = createModel(name, options);
  expect([architecture, config.architectures, numClasses, config.vocab_size]).toEqual(told);
});

/** As the registry of the zoo has them. */
test.each([
  ["bert-base-uncased", {}, 109_482_240],
  ["bert-base-cased", {}, 108_310_272],
  ["bert-large-uncased", {}, 335_141_888],
  ["distilbert-base-uncased", { numClasses: 2 }, 66_955_010],
] as const)("%s with %j has %i parameters", (name, options, parameters) => {
  expect(summary(createModel(name, options)).parameters).toBe(parameters);
});

test("a new head changes the classifier's weights alone", () => {
  const model = createModel("mobilenet_v2", { padding: "same" });
  const grafted = replaceHead(model, 4);
  const changed = Object.keys(model.specs).filter(
    (key) => model.specs[key]!.shape.join() !== grafted.specs[key]!.shape.join(),
  );
  expect(changed).toEqual(["classifier.1.weight", "classifier.1.bias"]);
  expect(grafted.config.padding).toBe("same");
});

test("SqueezeNet's new head averages first and has no relu", () => {
  const grafted = replaceHead(createModel("squeezenet1_0"), 4);
  expect(grafted.stages.slice(-2).map((stage) => stage.name)).toEqual(["pool", "classifier"]);
  expect(grafted.config.classifier_relu).toBe(false);
});

describe("what is refused, and how it is told", () => {
  test.each([
    [() => createModel("resnet19"), /architecture "resnet19" is unknown.*resnet18/],
    [() => createModel("resnet18", { padding: "same" }), /takes no option "padding"/],
    [() => createModel("resnet18", { numClasses: 0 }), /classes must be a whole number/],
    [() => createModel("resnet", { block: "basic" }), /needs the option "blocks"/],
    [
      () => createModel("resnet", { block: "basic", blocks: [1], widths: [8, 8] }),
      /one number a layer, not 1 and 2/,
    ],
    [() => createModel("vgg", { blocks: [1, 2], widths: [8] }), /one number a layer, not 2 and 1/],
    [
      () => createModel("vgg16", { pooling: "avg" }),
      /pooling "avg" is for a model without its top/,
    ],
    [() => createModel("vgg16", { inputChannels: 0 }), /input channels must be a whole number/],
    [
      () => createModel("resnet18", { includeTop: false, pooling: "mean" }),
      /pooling "mean" is not one of none, avg, max/,
    ],
    [() => createModel("bert_nano"), /"bert_nano" is unknown.* bert_tiny, bert_mini/],
    [() => createBert("vgg16"), /no BERT "vgg16".* bert_tiny/],
    [
      () => createModel("bert_tiny", { includeTop: false }),
      /takes no option "includeTop"; it takes head, numClasses, pooling, vocabSize/,
    ],
    [() => createModel("bert_tiny", { pooling: "avg" }), /"pooling": "avg".*"cls", "mean", "none"/],
    [() => createModel("bert_tiny", { numClasses: 0 }), /classes must be a whole number/],
    [
      () => modelFromConfig({ architecture: "bert_tiny", num_classes: 3 }),
      /"architecture": "bert_tiny"; it needs a "model_type".*createModel/,
    ],
    [() => modelFromConfig({}), /"architecture": null/],
    [
      () => modelFromConfig({ model_type: "roberta", hidden_size: 768 }),
      /"model_type": "roberta"; it needs "bert" or "distilbert", or an "architecture" beside it/,
    ],
    [
      () => modelFromConfig({ architecture: "resnet18", num_classes: "ten" }),
      /"num_classes": "ten"; it needs a whole number/,
    ],
    [
      () => modelFromConfig({ architecture: "resnet18", padding: "same" }),
      /"padding": "same".*no such choice/,
    ],
  ])("%#", (build, message) => {
    expect(build).toThrow(message);
  });

  test("names of prototypes are no architectures", () => {
    expect(() => createModel("constructor")).toThrow(/unknown/);
  });
});

test("stages by range, and the one after a cut", () => {
  const model = createModel("resnet18");
  const names = (range: Parameters<typeof stagesOf>[1]) =>
    stagesOf(model, range).map((stage) => stage.name);
  expect(names({})).toEqual(["stem", "layer1", "layer2", "layer3", "layer4", "pool", "fc"]);
  expect(names({ to: "layer1" })).toEqual(["stem", "layer1"]);
  expect(names({ from: "layer4" })).toEqual(["layer4", "pool", "fc"]);
  expect(stageAfter(model, "pool")).toBe("fc");
  expect(stageAfter(model, "fc")).toBeUndefined();
  expect(() => names({ to: "layer9" })).toThrow(/no stage "layer9".*layer4/);
});

test("a checkpoint splits into weights and running statistics", () => {
  const model = createModel("resnet20_cifar10");
  const all = initWeights(model, { seed: 0 });
  const counter = { dtype: "float32", shape: [1], data: new Float32Array(1) } as const;
  const { weights, buffers } = splitWeights(model, { ...all, "bn1.num_batches_tracked": counter });
  expect(Object.keys(weights).length + Object.keys(buffers).length).toBe(Object.keys(all).length);
  expect(Object.keys(buffers).every((name) => /running_(mean|var)$/.test(name))).toBe(true);
  const { "conv1.weight": _, ...rest } = all;
  expect(() => splitWeights(model, rest)).toThrow(/lack "conv1.weight"/);
});
