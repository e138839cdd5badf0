import * as tf from "@tensorflow/tfjs-core";
import { relu } from "../nn/activation.js";
import type { Conv } from "../nn/conv.js";
import { convNorm, type Norm } from "../nn/norm.js";
import type { Pass } from "../nn/pass.js";
import { convSpecs, normSpecs, type SpecLines } from "./specs.js";

/** Keys follow torchvision's state dict, so its checkpoints load without renaming. */
export type Block = {
  conv1: Conv;
  bn1: Norm;
  conv2: Conv;
  bn2: Norm;
  /** Bottlenecks alone have a third. */
  conv3?: Conv;
  bn3?: Norm;
  downsample?: readonly [Conv, Norm];
};

/** How a block is built and run. */
export type BlockShape = {
  kind: "basic" | "bottleneck";
  stride: number;
  /** Bottlenecks: which convolution takes the stride. */
  strideAt: "1x1" | "3x3";
  groups: number;
  /** Convolutions have biases besides their norms. */
  bias: boolean;
  epsilon: number;
};

/** Channels out of a block over its inner width. */
export const expansionOf = (kind: BlockShape["kind"]): number => (kind === "basic" ? 1 : 4);

/** Inner convolutions, then the shortcut added: (B, H, W, C) -> (B, H/stride, W/stride, C'). */
export function residual(p: Block, x: tf.Tensor4D, shape: BlockShape, pass: Pass): tf.Tensor4D {
  const inner = shape.kind === "basic" ? basic(p, x, shape, pass) : bottleneck(p, x, shape, pass);
  return relu(tf.add<tf.Tensor4D>(inner, shortcut(p, x, shape, pass)));
}

/** Two 3x3 convolutions (arXiv 1512.03385, figure 5 left). */
function basic(p: Block, x: tf.Tensor4D, shape: BlockShape, pass: Pass): tf.Tensor4D {
  const { stride, epsilon } = shape;
  const y = relu(convNorm(p.conv1, p.bn1, x, { stride, pad: 1, epsilon }, pass));
  return convNorm(p.conv2, p.bn2, y, { pad: 1, epsilon }, pass);
}

/** 1x1, 3x3, 1x1 (figure 5 right), the stride at the 3x3 as in torchvision ("V1.5") or at the first 1x1. */
function bottleneck(p: Block, x: tf.Tensor4D, shape: BlockShape, pass: Pass): tf.Tensor4D {
  const { groups, epsilon } = shape;
  const [first, second] = shape.strideAt === "1x1" ? [shape.stride, 1] : [1, shape.stride];
  let y = relu(convNorm(p.conv1, p.bn1, x, { stride: first, epsilon }, pass));
  y = relu(convNorm(p.conv2, p.bn2, y, { stride: second, groups, pad: 1, epsilon }, pass));
  return convNorm(p.conv3!, p.bn3!, y, { epsilon }, pass);
}

function shortcut(p: Block, x: tf.Tensor4D, shape: BlockShape, pass: Pass): tf.Tensor4D {
  if (!p.downsample) return x;
  const { stride, epsilon } = shape;
  return convNorm(p.downsample[0], p.downsample[1], x, { stride, epsilon }, pass);
}

const zero = { kind: "constant", value: 0 } as const;

/** The weights of one block. */
export function blockSpecs(
  name: string,
  options: { in: number; width: number; out: number; shape: BlockShape },
): SpecLines {
  const { in: channels, width, out, shape } = options;
  const init = { kind: "kaiming-normal", mode: "fan-out" } as const;
  const start = shape.bias ? { init, bias: zero } : { init };
  const layer = (index: number, from: number, to: number, kernel: number, groups = 1) => [
    ...convSpecs(`${name}.conv${index}`, { in: from, out: to, kernel, groups, ...start }),
    ...normSpecs(`${name}.bn${index}`, to),
  ];
  const inner =
    shape.kind === "basic"
      ? [...layer(1, channels, out, 3), ...layer(2, out, out, 3)]
      : [
          ...layer(1, channels, width, 1),
          ...layer(2, width, width, 3, shape.groups),
          ...layer(3, width, out, 1),
        ];
  if (shape.stride === 1 && channels === out) return inner;
  return [
    ...inner,
    ...convSpecs(`${name}.downsample.0`, { in: channels, out, kernel: 1, ...start }),
    ...normSpecs(`${name}.downsample.1`, out),
  ];
}
