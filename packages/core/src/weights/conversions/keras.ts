import { kerasMark, type Layer, layerRules } from "./keras-layers.js";
import type { ConversionTable } from "./table.js";

const table = (name: string, layers: readonly Layer[]): ConversionTable => ({
  name,
  mark: kerasMark,
  rules: layerRules(layers),
});

const count = (length: number): readonly number[] => Array.from({ length }, (_, index) => index);

/**
 * Keras Applications' VGG: block1_conv1, ..., fc1, fc2, predictions. The first dense layer takes a map
 * flattened channels last: its rows are put in our order unless the model flattens that way too.
 */
export function kerasVgg(blocks: readonly number[], flatten: "nchw" | "nhwc"): ConversionTable {
  const convolutions = blocks.flatMap((length, block) => {
    const before = blocks.slice(0, block).reduce((sum, each) => sum + 2 * each + 1, 0);
    return count(length).map(
      (index): Layer => [
        `block${block + 1}_conv${index + 1}`,
        "conv",
        `features.${before + 2 * index}`,
      ],
    );
  });
  return table("Keras's VGG", [
    ...convolutions,
    ["fc1", flatten === "nchw" ? "flat-linear" : "linear", "classifier.0"],
    ["fc2", "linear", "classifier.3"],
    ["predictions", "linear", "classifier.6"],
  ]);
}

/** Keras Applications' ResNets, first version: conv1_conv, conv2_block1_0_conv, ..., predictions. */
export const kerasResnet = (blocks: readonly number[]): ConversionTable =>
  table("Keras's ResNet", [
    ["conv1_conv", "conv", "conv1"],
    ["conv1_bn", "norm", "bn1"],
    ...blocks.flatMap((length, layer) =>
      count(length).flatMap((block): Layer[] => {
        const [theirs, ours] = [`conv${layer + 2}_block${block + 1}`, `layer${layer + 1}.${block}`];
        return [
          [`${theirs}_0_conv`, "conv", `${ours}.downsample.0`],
          [`${theirs}_0_bn`, "norm", `${ours}.downsample.1`],
          ...[1, 2, 3].flatMap((index): Layer[] => [
            [`${theirs}_${index}_conv`, "conv", `${ours}.conv${index}`],
            [`${theirs}_${index}_bn`, "norm", `${ours}.bn${index}`],
          ]),
        ];
      }),
    ),
    ["predictions", "linear", "fc"],
    ["probs", "linear", "fc"],
    ["fc1000", "linear", "fc"],
  ]);

/** Blocks of each group in MobileNet (arXiv 1704.04861) as timm numbers them. */
const mobilenetV1Groups = [1, 2, 2, 6, 2];

/** Keras Applications' MobileNet: conv1, conv_dw_1, conv_pw_1, ..., conv_preds. */
export const kerasMobilenetV1: ConversionTable = table("Keras's MobileNet", [
  ["conv1", "conv", "conv_stem"],
  ["conv1_bn", "norm", "bn1"],
  ...mobilenetV1Groups
    .flatMap((length, group) => count(length).map((index) => `blocks.${group}.${index}`))
    .flatMap((block, index): Layer[] => [
      [`conv_dw_${index + 1}`, "depthwise", `${block}.conv_dw`],
      [`conv_dw_${index + 1}_bn`, "norm", `${block}.bn1`],
      [`conv_pw_${index + 1}`, "conv", `${block}.conv_pw`],
      [`conv_pw_${index + 1}_bn`, "norm", `${block}.bn2`],
    ]),
  ["conv_preds", "pointwise-linear", "classifier"],
  ["predictions", "linear", "classifier"],
]);

/** Blocks after the first, which has no expansion. */
const mobilenetV2Blocks = 16;

/** Keras Applications' MobileNetV2: Conv1, expanded_conv_depthwise, block_1_expand, ..., Conv_1. */
export const kerasMobilenetV2: ConversionTable = table("Keras's MobileNetV2", [
  ["Conv1", "conv", "features.0.0"],
  ["bn_Conv1", "norm", "features.0.1"],
  ["expanded_conv_depthwise", "depthwise", "features.1.conv.0.0"],
  ["expanded_conv_depthwise_BN", "norm", "features.1.conv.0.1"],
  ["expanded_conv_project", "conv", "features.1.conv.1"],
  ["expanded_conv_project_BN", "norm", "features.1.conv.2"],
  ...count(mobilenetV2Blocks).flatMap((index): Layer[] => {
    const [theirs, ours] = [`block_${index + 1}`, `features.${index + 2}.conv`];
    return [
      [`${theirs}_expand`, "conv", `${ours}.0.0`],
      [`${theirs}_expand_BN`, "norm", `${ours}.0.1`],
      [`${theirs}_depthwise`, "depthwise", `${ours}.1.0`],
      [`${theirs}_depthwise_BN`, "norm", `${ours}.1.1`],
      [`${theirs}_project`, "conv", `${ours}.2`],
      [`${theirs}_project_BN`, "norm", `${ours}.3`],
    ];
  }),
  ["Conv_1", "conv", `features.${mobilenetV2Blocks + 2}.0`],
  ["Conv_1_bn", "norm", `features.${mobilenetV2Blocks + 2}.1`],
  ["predictions", "linear", "classifier.1"],
  ["Logits", "linear", "classifier.1"],
]);

/** Darknet-tiny as it was converted to Keras: conv2d_1, batch_normalization_1, ..., conv2d_16. */
export const kerasDarknetTiny: ConversionTable = table("Keras's Darknet-tiny", [
  ...count(15).flatMap((index): Layer[] => [
    [`conv2d_${index + 1}`, "conv", `conv${index + 1}`],
    [`batch_normalization_${index + 1}`, "norm", `bn${index + 1}`],
  ]),
  ["conv2d_16", "conv", "conv16"],
]);
