import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWeights } from "../node/open-weights.js";
import type { Json } from "../program.js";
import { formulaValues } from "../testing/formula.js";
import { upstreamStore } from "../weights/conversions/upstream-store.js";
import { sizeOf } from "../weights/dtype.js";
import type { Weights } from "../weights/host-tensor.js";
import { loadWeights } from "../weights/load.js";
import { writeSafetensors } from "../weights/safetensors.js";
import { modelFromConfig } from "./config.js";
import { fitStore } from "./fit-store.js";
import { otherNames } from "./other-names.js";
import { createModel } from "./registry.js";
import { summary } from "./weights.js";

/** In millions, by the table of timm's results. */
test.each([
  ["resnet26", 16.0],
  ["resnet50c", 25.58],
  ["resnet101c", 44.57],
  ["resnet152s", 60.32],
  ["resnet200", 64.67],
  ["resnext101_32x4d", 44.18],
  ["resnext101_64x4d", 83.46],
  ["resnext101_32x16d", 194.03],
  ["swsl_resnext101_32x8d", 88.79],
  ["gluon_resnet50_v1s", 25.68],
  ["mobilenetv1_100", 4.23],
  ["mobilenetv1_125", 6.27],
  ["mobilenetv2_050", 1.97],
  ["mobilenetv2_100", 3.5],
  ["mobilenetv2_140", 6.11],
])("timm's %s has %f million parameters", (name, millions) => {
  expect((summary(createModel(name)).parameters / 1e6).toFixed(2)).toBe(millions.toFixed(2));
});

test.each(Object.entries(otherNames))("%s is %j", (name, [architecture]) => {
  const model = createModel(name);
  if (!/bert/.test(name)) expect(model.architecture).toBe(architecture);
  const again = modelFromConfig(model.config);
  expect(again.specs).toEqual(model.specs);
});

test("options win over what the name says, and the config tells the whole", () => {
  const model = createModel("mobilenetv2_140", { widthMultiplier: 0.25, numClasses: 3 });
  expect(model.config).toMatchObject({ architecture: "mobilenet_v2", width_multiplier: 0.25 });
  expect(model.numClasses).toBe(3);
});

test.each(["resnet50d", "resnet26t", "resnet50_gn", "mobilenetv2_110d", "mobilenetv1_100h"])(
  "%s computes something else, so it is no name of ours",
  (name) => {
    expect(() => modelFromConfig({ architecture: name })).toThrow(/is unknown/);
  },
);

type Shapes = Record<string, readonly number[]>;

const norm = (name: string, width: number): Shapes => ({
  ...Object.fromEntries(
    ["weight", "bias", "running_mean", "running_var"].map((part) => [`${name}.${part}`, [width]]),
  ),
  [`${name}.num_batches_tracked`]: [],
});

/** Expansion, channels, blocks: arXiv 1801.04381, table 2, at 0.35 of the widths. */
const groups = [
  [1, 8, 1],
  [6, 8, 2],
  [6, 16, 3],
  [6, 24, 4],
  [6, 32, 3],
  [6, 56, 3],
  [6, 112, 1],
] as const;

/** The shapes of timm's `mobilenetv2_035`, as its EfficientNet builds and names them. */
function timmMobilenet(numClasses: number): Shapes {
  const shapes: Shapes = { "conv_stem.weight": [16, 3, 3, 3], ...norm("bn1", 16) };
  let from = 16;
  groups.forEach(([expansion, out, blocks], group) => {
    for (let index = 0; index < blocks; index++) {
      const name = `blocks.${group}.${index}`;
      const inner = from * expansion;
      const last = expansion === 1 ? ["conv_pw", "bn2"] : ["conv_pwl", "bn3"];
      const expand = {
        [`${name}.conv_pw.weight`]: [inner, from, 1, 1],
        ...norm(`${name}.bn1`, inner),
      };
      const depthwise = `${name}.${expansion === 1 ? "bn1" : "bn2"}`;
      Object.assign(shapes, expansion === 1 ? {} : expand, {
        [`${name}.conv_dw.weight`]: [inner, 1, 3, 3],
        ...norm(depthwise, inner),
        [`${name}.${last[0]}.weight`]: [out, inner, 1, 1],
        ...norm(`${name}.${last[1]}`, out),
      });
      from = out;
    }
  });
  const head = { "classifier.weight": [numClasses, 1280], "classifier.bias": [numClasses] };
  return { ...shapes, "conv_head.weight": [1280, from, 1, 1], ...norm("bn2", 1280), ...head };
}

/** timm's VGG: its hidden layers are convolutions. */
const timmVgg: Shapes = {
  ...Object.fromEntries(
    [3, 2, 2, 2, 2, 2, 2, 2].map((from, index) => {
      const at = [0, 3, 6, 8, 11, 13, 16, 18][index]!;
      return [`features.${at}.weight`, [2, from, 3, 3]];
    }),
  ),
  ...Object.fromEntries([0, 3, 6, 8, 11, 13, 16, 18].map((at) => [`features.${at}.bias`, [2]])),
  "pre_logits.fc1.weight": [4, 2, 7, 7],
  "pre_logits.fc1.bias": [4],
  "pre_logits.fc2.weight": [4, 4, 1, 1],
  "pre_logits.fc2.bias": [4],
  "head.fc.weight": [3, 4],
  "head.fc.bias": [3],
};

const filled = (shapes: Shapes): Weights =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      name.endsWith("num_batches_tracked")
        ? { dtype: "int64", shape, data: BigInt64Array.of(7n) }
        : { dtype: "float32", shape, data: formulaValues(name, sizeOf(shape)) },
    ]),
  );

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "graft-timm-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Opens a folder as a user does. */
async function open(config: Readonly<Record<string, Json>>, weights: Weights) {
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  await writeFile(join(folder, "model.safetensors"), writeSafetensors(weights));
  const model = modelFromConfig(config);
  const store = fitStore(model, upstreamStore(model, await openWeights(folder)));
  return { model, weights: await loadWeights(model.specs, store) };
}

const pretrained = { tag: "lamb_in1k", input_size: [3, 224, 224], crop_pct: 0.875 };

test("a folder as timm writes it opens: MobileNetV2", async () => {
  const stored = filled(timmMobilenet(3));
  const config = {
    architecture: "mobilenetv2_035",
    num_classes: 3,
    num_features: 1280,
    pretrained_cfg: { ...pretrained, first_conv: "conv_stem", classifier: "classifier" },
    model_args: { num_classes: 3, in_chans: 3 },
  };
  const { model, weights } = await open(config, stored);
  expect(Object.keys(weights)).toEqual(Object.keys(model.specs));
  const pairs = [
    ["features.0.0.weight", "conv_stem.weight"],
    ["features.1.conv.0.0.weight", "blocks.0.0.conv_dw.weight"],
    ["features.1.conv.2.running_var", "blocks.0.0.bn2.running_var"],
    ["features.2.conv.0.0.weight", "blocks.1.0.conv_pw.weight"],
    ["features.16.conv.1.0.weight", "blocks.5.2.conv_dw.weight"],
    ["features.17.conv.3.bias", "blocks.6.0.bn3.bias"],
    ["features.18.1.running_mean", "bn2.running_mean"],
    ["classifier.1.weight", "classifier.weight"],
  ] as const;
  for (const [ours, theirs] of pairs) expect(weights[ours], ours).toEqual(stored[theirs]);
});

test("a folder as timm writes it opens: VGG, here with few channels", async () => {
  const stored = filled(timmVgg);
  const small = { widths: [2, 2, 2, 2, 2], hidden_width: 4 };
  const config = { architecture: "vgg11", num_classes: 3, pretrained_cfg: pretrained, ...small };
  const { model, weights } = await open(config, stored);
  expect(Object.keys(weights).sort()).toEqual(Object.keys(model.specs).sort());
  expect(weights["features.18.weight"]).toEqual(stored["features.18.weight"]);
  expect(weights["classifier.0.weight"]?.shape).toEqual([4, 98]);
  expect(weights["classifier.0.weight"]?.data).toEqual(stored["pre_logits.fc1.weight"]?.data);
  expect(weights["classifier.6.bias"]).toEqual(stored["head.fc.bias"]);
});

/** Keys and shapes as timm's ResNet and EfficientNet have them. */
test.each([
  ["resnet50", { "conv1.weight": [64, 3, 7, 7], "layer1.0.downsample.0.weight": [256, 64, 1, 1] }],
  [
    "resnet50c",
    {
      ...{ "conv1.0.weight": [32, 3, 3, 3], "conv1.1.running_var": [32] },
      ...{ "conv1.3.weight": [32, 32, 3, 3], "conv1.4.bias": [32] },
      ...{ "conv1.6.weight": [64, 32, 3, 3], "bn1.weight": [64] },
    },
  ],
  ["resnet50s", { "conv1.6.weight": [128, 64, 3, 3], "layer1.0.conv1.weight": [64, 128, 1, 1] }],
  ["resnext50_32x4d", { "layer1.0.conv2.weight": [128, 4, 3, 3], "fc.weight": [1000, 2048] }],
  ["wide_resnet50_2", { "layer4.2.conv2.weight": [1024, 1024, 3, 3] }],
  [
    "mobilenetv1_125",
    { "blocks.3.5.conv_dw.weight": [640, 1, 3, 3], "blocks.4.1.bn2.weight": [1280] },
  ],
] as const)("timm's %s has these keys here too", (architecture, keys) => {
  const { specs } = modelFromConfig({
    architecture,
    num_classes: 1000,
    pretrained_cfg: pretrained,
  });
  for (const [name, shape] of Object.entries(keys)) expect(specs[name]?.shape, name).toEqual(shape);
});
