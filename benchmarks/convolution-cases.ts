import type { ConvCase } from "@graft-ml/compiler/formulations";

/** Batch, map size, channels in and out, filter size, stride. */
type Line = readonly [
  batch: number,
  size: number,
  input: number,
  output: number,
  taps: number,
  stride: number,
];

const resnet50: readonly Line[] = [
  [8, 224, 3, 64, 7, 2],
  [8, 56, 64, 64, 3, 1],
  [8, 56, 64, 256, 1, 1],
  [8, 56, 256, 64, 1, 1],
  [8, 56, 128, 128, 3, 2],
  [8, 56, 256, 512, 1, 2],
  [8, 28, 128, 128, 3, 1],
  [8, 28, 512, 128, 1, 1],
  [8, 28, 256, 256, 3, 2],
  [8, 28, 512, 1024, 1, 2],
  [8, 14, 256, 256, 3, 1],
  [8, 14, 256, 1024, 1, 1],
  [8, 14, 1024, 256, 1, 1],
  [8, 14, 512, 512, 3, 2],
  [8, 14, 1024, 2048, 1, 2],
  [8, 7, 512, 512, 3, 1],
  [8, 7, 512, 2048, 1, 1],
  [8, 7, 2048, 512, 1, 1],
];

const otherBatches: readonly Line[] = [
  [1, 56, 64, 64, 3, 1],
  [1, 14, 256, 256, 3, 1],
  [1, 14, 1024, 256, 1, 1],
  [1, 7, 512, 512, 3, 1],
  [32, 28, 128, 128, 3, 1],
  [32, 14, 256, 256, 3, 1],
];

const cifarResnet: readonly Line[] = [
  [128, 32, 3, 16, 3, 1],
  [128, 32, 16, 16, 3, 1],
  [128, 32, 16, 32, 3, 2],
  [128, 16, 32, 32, 3, 1],
  [128, 16, 32, 64, 3, 2],
  [128, 8, 64, 64, 3, 1],
];

const mobilenet: readonly Line[] = [
  [8, 224, 3, 32, 3, 2],
  [8, 112, 32, 16, 1, 1],
  [8, 56, 24, 144, 1, 1],
  [8, 14, 96, 576, 1, 1],
];

/** Depthwise: as many channels out as in. */
const mobilenetDepthwise: readonly Line[] = [
  [8, 112, 32, 32, 3, 1],
  [8, 112, 96, 96, 3, 2],
  [8, 56, 144, 144, 3, 1],
  [8, 28, 192, 192, 3, 1],
  [8, 14, 576, 576, 3, 1],
  [8, 14, 576, 576, 3, 2],
  [8, 7, 960, 960, 3, 1],
  [1, 28, 192, 192, 3, 1],
];

export type NamedCase = { readonly name: string; readonly conv: ConvCase };

function named([batch, size, input, output, taps, stride]: Line, depthwise: boolean): NamedCase {
  const kind = depthwise ? `${taps}x${taps} depthwise` : `${taps}x${taps}`;
  return {
    name: `${batch} x ${size}x${size}, ${input} to ${output}, ${kind}${stride > 1 ? `, stride ${stride}` : ""}`,
    conv: {
      x: [batch, size, size, input],
      filter: [taps, taps, input, depthwise ? 1 : output],
      attributes: { strides: stride, pad: taps >> 1 },
      depthwise,
    },
  };
}

/** Shapes of ResNet-50, CIFAR ResNets and MobileNetV2. */
export const convolutionCases: readonly NamedCase[] = [
  ...[...resnet50, ...otherBatches, ...cifarResnet, ...mobilenet].map((line) => named(line, false)),
  ...mobilenetDepthwise.map((line) => named(line, true)),
];

const inTabs: readonly Line[] = [
  [8, 224, 3, 32, 7, 2],
  [8, 224, 3, 64, 3, 1],
  [8, 224, 3, 32, 3, 2],
  [8, 56, 32, 32, 3, 1],
  [8, 28, 64, 64, 3, 1],
  [8, 14, 128, 128, 3, 1],
  [8, 7, 256, 256, 3, 1],
  [8, 56, 64, 64, 3, 1],
  [8, 14, 256, 256, 3, 1],
  [8, 7, 512, 512, 3, 1],
  [8, 56, 16, 16, 3, 1],
  [8, 28, 32, 16, 3, 1],
  [1, 224, 3, 32, 7, 2],
  [1, 56, 32, 32, 3, 1],
  [1, 28, 64, 64, 3, 1],
  [1, 14, 128, 128, 3, 1],
  [1, 7, 256, 256, 3, 1],
  [4, 7, 256, 256, 3, 1],
  [8, 56, 32, 64, 3, 2],
  [8, 28, 64, 128, 3, 2],
];

/** Shapes of networks that train in a tab: the zoo's small ResNet, ResNet-18, VGG's and MobileNet's first. */
export const tabCases: readonly NamedCase[] = inTabs.map((line) => named(line, false));
