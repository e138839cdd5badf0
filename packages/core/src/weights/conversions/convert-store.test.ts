import { expect, test } from "vitest";
import { createModel } from "../../models/registry.js";
import { formulaValues } from "../../testing/formula.js";
import { sizeOf } from "../dtype.js";
import type { HostTensor, Weights } from "../host-tensor.js";
import { loadWeights } from "../load.js";
import { memoryStore } from "../store.js";
import { fusedBert, tensorflowBert } from "./bert.js";
import { convertStore } from "./convert-store.js";
import {
  kerasDarknetTiny,
  kerasMobilenetV1,
  kerasMobilenetV2,
  kerasResnet,
  kerasVgg,
} from "./keras.js";
import type { ConversionTable } from "./table.js";
import { timmMobilenetV2, timmVgg } from "./timm.js";
import { conversionsFor, upstreamStore } from "./upstream-store.js";

const array = (name: string, ...shape: number[]): HostTensor<"float32"> => ({
  dtype: "float32",
  shape,
  data: formulaValues(name, sizeOf(shape)),
});
const weightsOf = (shapes: Readonly<Record<string, number[]>>): Weights =>
  Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, array(name, ...shape)]));

/** What a table makes of names, without arrays. */
async function renamed(table: ConversionTable, names: readonly string[]): Promise<string[]> {
  const weights = weightsOf(Object.fromEntries(names.map((name) => [name, [1, 1, 3, 3]])));
  const list = await convertStore(memoryStore(weights), table).list();
  return Object.keys(list);
}

/** Every name that a table of plain names can give. */
const targets = (table: ConversionTable): string[] =>
  [...new Set(table.rules.map(({ to }) => String(to)))].sort();

test.each([
  ["vgg16", kerasVgg([2, 2, 3, 3, 3], "nchw")],
  ["vgg19", kerasVgg([2, 2, 4, 4, 4], "nchw")],
  ["resnet50_v1", kerasResnet([3, 4, 6, 3])],
  ["resnet152_v1", kerasResnet([3, 8, 36, 3])],
  ["mobilenet_v1", kerasMobilenetV1],
  ["mobilenet_v2", kerasMobilenetV2],
  ["darknet_tiny", kerasDarknetTiny],
] as const)("%s: every weight of the model has a place in Keras's table", (name, table) => {
  const model = createModel(name);
  const given = targets(table);
  expect(Object.keys(model.specs).filter((key) => !given.includes(key))).toEqual([]);
  // What is left over are biases and shortcuts that this network does not have.
  const extra = given.filter((key) => !Object.hasOwn(model.specs, key));
  expect(extra.filter((key) => !/\.bias$|downsample/.test(key))).toEqual([]);
  expect(conversionsFor(model)[0]?.rules.map(({ from }) => from)).toEqual(
    table.rules.map(({ from }) => from),
  );
});

test("Keras Applications' names find their places", async () => {
  const pairs: [ConversionTable, string, string][] = [
    [kerasVgg([2, 2, 3, 3, 3], "nchw"), "block5_conv3/kernel", "features.28.weight"],
    [kerasVgg([2, 2, 4, 4, 4], "nchw"), "block3_conv4/bias", "features.16.bias"],
    [kerasVgg([2, 2, 3, 3, 3], "nchw"), "block1_conv2/block1_conv2_W_1", "features.2.weight"],
    [kerasResnet([3, 4, 6, 3]), "conv3_block4_2_conv/bias", "layer2.3.conv2.bias"],
    [kerasResnet([3, 4, 6, 3]), "conv2_block1_0_bn/gamma", "layer1.0.downsample.1.weight"],
    [kerasResnet([3, 4, 6, 3]), "conv1_bn/moving_variance", "bn1.running_var"],
    [kerasMobilenetV1, "conv_dw_13/depthwise_kernel", "blocks.4.1.conv_dw.weight"],
    [kerasMobilenetV1, "conv_pw_6_bn/beta", "blocks.3.0.bn2.bias"],
    [kerasMobilenetV2, "block_16_project_BN/moving_mean", "features.17.conv.3.running_mean"],
    [kerasMobilenetV2, "expanded_conv_depthwise/depthwise_kernel", "features.1.conv.0.0.weight"],
    [kerasMobilenetV2, "Conv_1_bn/gamma", "features.18.1.weight"],
    [timmMobilenetV2, "blocks.0.0.conv_pw.weight", "features.1.conv.1.weight"],
    [timmMobilenetV2, "blocks.6.0.bn3.running_mean", "features.17.conv.3.running_mean"],
    [timmMobilenetV2, "conv_head.weight", "features.18.0.weight"],
    [timmVgg, "pre_logits.fc1.weight", "classifier.0.weight"],
    [
      tensorflowBert,
      "tf_bert_model/bert/encoder/layer_._0/attention/self/query/kernel",
      "bert.encoder.layer.0.attention.self.query.weight",
    ],
    [
      tensorflowBert,
      "bert/encoder/layer_11/output/LayerNorm/gamma",
      "bert.encoder.layer.11.output.LayerNorm.weight",
    ],
    [
      tensorflowBert,
      "tf_bert_for_masked_lm/mlm___cls/predictions/transform/LayerNorm/beta",
      "cls.predictions.transform.LayerNorm.bias",
    ],
  ];
  for (const [table, theirs, ours] of pairs) {
    const shape = theirs.endsWith("query/kernel") ? [2, 3] : [1, 1, 3, 3];
    const list = await convertStore(memoryStore(weightsOf({ [theirs]: shape })), table).list();
    expect(Object.keys(list)).toEqual([ours]);
  }
});

test("timm's MobileNetV2 has all of torchvision's weights and no other", async () => {
  const model = createModel("mobilenet_v2");
  const norm = (name: string) =>
    ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"].map(
      (each) => `${name}.${each}`,
    );
  const block = (name: string, ...parts: string[]) =>
    parts.flatMap((part) =>
      part.startsWith("bn") ? norm(`${name}.${part}`) : [`${name}.${part}.weight`],
    );
  const names = [
    ...block("blocks.0.0", "conv_dw", "bn1", "conv_pw", "bn2"),
    ...[2, 3, 4, 3, 3, 1].flatMap((length, group) =>
      Array.from({ length }, (_, index) =>
        block(
          `blocks.${group + 1}.${index}`,
          ...["conv_pw", "bn1", "conv_dw", "bn2", "conv_pwl", "bn3"],
        ),
      ).flat(),
    ),
    ...["conv_stem.weight", ...norm("bn1"), "conv_head.weight", ...norm("bn2")],
    ...["classifier.weight", "classifier.bias"],
  ];
  expect((await renamed(timmMobilenetV2, names)).sort()).toEqual(Object.keys(model.specs).sort());
});

test("a Keras VGG loads as the model's weights, its arrays turned when they are asked for", async () => {
  const model = createModel("vgg", {
    blocks: [1, 1],
    widths: [2, 4],
    hiddenWidth: 5,
    numClasses: 3,
  });
  const weights = weightsOf({
    "block1_conv1/kernel": [3, 3, 3, 2],
    "block1_conv1/bias": [2],
    "block2_conv1/kernel": [3, 3, 2, 4],
    "block2_conv1/bias": [4],
    "fc1/kernel": [196, 5],
    "fc1/bias": [5],
    "fc2/kernel": [5, 5],
    "fc2/bias": [5],
    "predictions/kernel": [5, 3],
    "predictions/bias": [3],
  });
  const asked: string[] = [];
  const store = memoryStore(weights, "vgg.h5");
  const watched = {
    ...store,
    get: async (name: string) => {
      asked.push(name);
      return store.get(name);
    },
  };
  const converted = upstreamStore(model, watched, { shared: true });
  await converted.list();
  expect(asked).toEqual([]);
  const loaded = await loadWeights(model.specs, converted, { shared: true });
  expect(loaded["features.3.weight"]?.shape).toEqual([4, 2, 3, 3]);
  const filter = (out: number, from: number, row: number, column: number): number =>
    ((row * 3 + column) * 2 + from) * 4 + out;
  const kernel = weights["block2_conv1/kernel"]!.data;
  expect(loaded["features.3.weight"]!.data[((3 * 2 + 1) * 3 + 2) * 3 + 0]).toBe(
    kernel[filter(3, 1, 2, 0)],
  );
  expect(loaded["classifier.6.weight"]!.data[1]).toBe(weights["predictions/kernel"]!.data[3]);
  expect(loaded["classifier.6.weight"]!.data.buffer).toBeInstanceOf(SharedArrayBuffer);
});

test("fused query, key and value are cut, and all else stays", async () => {
  const fused = memoryStore(
    weightsOf({
      "bert.encoder.layer.0.attention.self.Wqkv.weight": [6, 2],
      "bert.embeddings.LayerNorm.bias": [2],
    }),
  );
  const store = convertStore(fused, fusedBert);
  const at = "bert.encoder.layer.0.attention.self";
  expect(Object.keys(await store.list())).toEqual([
    ...["query", "key", "value"].map((each) => `${at}.${each}.weight`),
    "bert.embeddings.LayerNorm.bias",
  ]);
  const whole = formulaValues("bert.encoder.layer.0.attention.self.Wqkv.weight", 12);
  const key = await store.get(`${at}.key.weight`);
  expect(key.shape).toEqual([2, 2]);
  expect([...key.data]).toEqual([...whole.subarray(4, 8)]);
});

test("what has no place, comes twice or has another layer's shape is told by name", async () => {
  const store = (shapes: Readonly<Record<string, number[]>>) =>
    convertStore(memoryStore(weightsOf(shapes), "a.h5"), kerasMobilenetV1).list();
  await expect(store({ "conv1/kernel": [3, 3, 3, 8], "lstm/kernel": [2, 2] })).rejects.toThrow(
    `a.h5 holds weights that Keras's MobileNet does not: "lstm/kernel". Check`,
  );
  await expect(store({ "conv_preds/bias": [3], "predictions/bias": [3] })).rejects.toThrow(
    'a.h5 holds "conv_preds/bias" and "predictions/bias", and both would become "classifier.bias"',
  );
  await expect(store({ "conv1/kernel": [3, 3, 8] })).rejects.toThrow(
    '"conv1/kernel" of a.h5 is [3, 3, 8], which is not the shape of such a layer',
  );
});

test("a store of the model's own names is left alone", async () => {
  const model = createModel("vgg16");
  const own = memoryStore(weightsOf({ "features.0.bias": [64] }));
  expect(await upstreamStore(model, own).get("features.0.bias")).toBe(
    await own.get("features.0.bias"),
  );
});

test("DataParallel's prefix is taken off where every name has it", async () => {
  const model = createModel("resnet20_cifar10");
  const store = (...names: string[]) =>
    upstreamStore(
      model,
      memoryStore(weightsOf(Object.fromEntries(names.map((name) => [name, [2]])))),
    );
  const list = await store("module.bn1.bias", "module.bn1.weight").list();
  expect(Object.keys(list)).toEqual(["bn1.bias", "bn1.weight"]);
  expect(Object.keys(await store("module.bn1.bias", "bn1.weight").list())).toContain(
    "module.bn1.bias",
  );
});
