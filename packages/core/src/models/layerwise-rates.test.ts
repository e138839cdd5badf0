import { expect, test } from "vitest";
import { paramGroups } from "../optim/groups.js";
import { createBert } from "./bert.js";
import { layerwiseRates } from "./layerwise-rates.js";
import type { Model } from "./model.js";
import { architectureNames, createModel } from "./registry.js";

/** Rate by prefix as the power of a half that it is. */
const powers = (model: Model, each: "block" | "stage" = "block"): Record<string, number> =>
  Object.fromEntries(
    Object.entries(layerwiseRates(model, { decay: 0.5, each })).map(([prefix, rate]) => [
      prefix,
      Math.log2(1 / rate),
    ]),
  );

test("each block of a residual network learns at half the rate of the one above", () => {
  const model = createModel("resnet18", { numClasses: 3 });
  const blocks = [4, 3, 2, 1].flatMap((layer) => [`layer${layer}.1`, `layer${layer}.0`]);
  expect(powers(model)).toEqual({
    ...Object.fromEntries(["fc", ...blocks].map((name, depth) => [name, depth])),
    conv1: 9,
    bn1: 9,
  });
  expect(powers(model, "stage")).toEqual({
    fc: 0,
    layer4: 1,
    layer3: 2,
    layer2: 3,
    layer1: 4,
    conv1: 5,
    bn1: 5,
  });
});

test("VGG goes by its blocks of convolutions, MobileNet by its own", () => {
  const vgg = powers(createModel("vgg11", { numClasses: 3 }));
  expect(vgg).toMatchObject({ "classifier.6": 0, "classifier.3": 1, "classifier.0": 2 });
  expect(vgg).toMatchObject({ "features.18": 3, "features.16": 3, "features.0": 7 });
  const mobilenet = powers(createModel("mobilenet_v2", { numClasses: 3 }));
  expect(mobilenet).toMatchObject({ classifier: 0, "features.18": 1, "features.0": 19 });
  expect(Object.keys(mobilenet).length).toBe(20);
});

test("BERT's layers as ELECTRA's formula has them", () => {
  const bert = powers(createBert("bert_mini", { numClasses: 2 }));
  const layers = 4;
  const expected = Array.from({ length: layers }, (_, index) => [
    `bert.encoder.layer.${index}`,
    layers + 2 - (index + 1),
  ]);
  expect(bert).toEqual({
    "bert.embeddings": layers + 2,
    ...Object.fromEntries(expected),
    "bert.pooler": 1,
    classifier: 0,
  });
});

test("every weight of every architecture has a rate, and a norm that of its layer", () => {
  const named = architectureNames.filter(
    (name) => !["resnet", "resnet_cifar", "vgg"].includes(name),
  );
  for (const name of named) {
    const model = createModel(name);
    const names = Object.keys(model.specs);
    const rates = layerwiseRates(model, { decay: 0.9 });
    const groups = paramGroups({ rates, names });
    const all = names.map((key) => groups(key, [1]).rate);
    expect(all.at(-1), name).toBe(1);
    expect(all.filter((rate) => rate === 1).length, name).toBeLessThanOrEqual(4);
    expect(Math.min(...all), name).toBe(Math.min(...Object.values(rates)));
  }
});

test("a decay that would not shrink is refused", () => {
  const model = createModel("resnet18");
  expect(() => layerwiseRates(model, { decay: 1.1 })).toThrow(/decay is 1.1; it must be above 0/);
  expect(() => layerwiseRates(model, { decay: 0 })).toThrow(/decay is 0/);
});
