import type { ConversionTable, Rule } from "./table.js";

const unused: Rule = { from: /\.num_batches_tracked$/, to: null };

/** timm's MobileNetV2 (`mobilenetv2_100`): EfficientNet's names -> torchvision's sequence. */
export const timmMobilenetV2: ConversionTable = {
  name: "timm's MobileNetV2",
  mark: /^conv_stem\.weight$/,
  rules: [
    unused,
    { from: /^conv_stem\.(\w+)$/, to: "features.0.0.$1" },
    { from: /^bn1\.(\w+)$/, to: "features.0.1.$1" },
    ...renamed("blocks.0.0", "features.1.conv", [
      ["conv_dw", "0.0"],
      ["bn1", "0.1"],
      ["conv_pw", "1"],
      ["bn2", "2"],
    ]),
    ...[2, 3, 4, 3, 3, 1]
      .flatMap((length, group) =>
        Array.from({ length }, (_, index) => `blocks.${group + 1}.${index}`),
      )
      .flatMap((block, index) =>
        renamed(block, `features.${index + 2}.conv`, [
          ["conv_pw", "0.0"],
          ["bn1", "0.1"],
          ["conv_dw", "1.0"],
          ["bn2", "1.1"],
          ["conv_pwl", "2"],
          ["bn3", "3"],
        ]),
      ),
    { from: /^conv_head\.(\w+)$/, to: "features.18.0.$1" },
    { from: /^bn2\.(\w+)$/, to: "features.18.1.$1" },
    { from: /^classifier\.(\w+)$/, to: "classifier.1.$1" },
  ],
};

/**
 * timm's VGG: the same features; the head's matrices as convolutions over the map. Up to 224 x 224 both
 * compute the same; of larger pictures timm scores each 7 x 7 window, torchvision and we the map averaged to 7 x 7.
 */
export const timmVgg: ConversionTable = {
  name: "timm's VGG",
  mark: /^pre_logits\./,
  rules: [
    unused,
    { from: /^(features\.\d+\.\w+)$/, to: "$1" },
    { from: "pre_logits.fc1.weight", to: "classifier.0.weight", layout: "rows" },
    { from: "pre_logits.fc1.bias", to: "classifier.0.bias" },
    { from: "pre_logits.fc2.weight", to: "classifier.3.weight", layout: "rows" },
    { from: "pre_logits.fc2.bias", to: "classifier.3.bias" },
    { from: /^head\.fc\.(\w+)$/, to: "classifier.6.$1" },
  ],
};

function renamed(
  theirs: string,
  ours: string,
  parts: readonly (readonly [string, string])[],
): readonly Rule[] {
  const escaped = theirs.replaceAll(".", "\\.");
  return parts.map(([from, to]) => ({
    from: new RegExp(`^${escaped}\\.${from}\\.(\\w+)$`),
    to: `${ours}.${to}.$1`,
  }));
}
