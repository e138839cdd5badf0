import * as tf from "@tensorflow/tfjs-core";
import { relu } from "../nn/activation.js";
import type { Conv } from "../nn/conv.js";
import { type Linear, linear } from "../nn/linear.js";
import { convNorm, type Norm } from "../nn/norm.js";
import type { Pass } from "../nn/pass.js";
import { globalAveragePool } from "../nn/pool.js";
import type { Model, Stage } from "./model.js";
import { nested } from "./nested.js";
import { convSpecs, fanInBound, linearSpecs, normSpecs } from "./specs.js";

export type CifarResNetOptions = {
  numClasses: number;
  /** Blocks in each of the three layers: the n of 6n + 2. */
  blocks: number;
  /** Channels of the three layers. Default 16, 32, 64. */
  widths?: readonly [number, number, number];
  /** Added to batch norm's variances. Default 1e-5. */
  epsilon?: number;
};

type Block = { conv1: Conv; bn1: Norm; conv2: Conv; bn2: Norm };
type Weights = { conv1: Conv; bn1: Norm; linear: Linear } & Record<
  `layer${number}`,
  readonly Block[]
>;

/**
 * The CIFAR family of arXiv 1512.03385 (section 4.2), 6n + 2 layers, shortcuts without weights
 * ("option A"): stages stem, layer1, layer2, layer3, pool, linear; pictures of 32 x 32.
 */
export function cifarResnet(architecture: string, options: CifarResNetOptions): Model {
  const { numClasses, blocks, widths = [16, 32, 64], epsilon = 1e-5 } = options;
  const init = { kind: "kaiming-normal", mode: "fan-in" } as const;
  const layers = widths.map((out, layer) => ({
    name: `layer${layer + 1}` as const,
    in: layer === 0 ? out : widths[layer - 1]!,
    out,
    stride: layer === 0 ? 1 : 2,
  }));
  return {
    architecture,
    config: { architecture, num_classes: numClasses, blocks, widths, bn_eps: epsilon },
    specs: Object.fromEntries([
      ...convSpecs("conv1", { in: 3, out: widths[0], kernel: 3, init }),
      ...normSpecs("bn1", widths[0]),
      ...layers.flatMap((layer) =>
        Array.from({ length: blocks }, (_, index) => {
          const name = `${layer.name}.${index}`;
          const from = index === 0 ? layer.in : layer.out;
          return [
            ...convSpecs(`${name}.conv1`, { in: from, out: layer.out, kernel: 3, init }),
            ...normSpecs(`${name}.bn1`, layer.out),
            ...convSpecs(`${name}.conv2`, { in: layer.out, out: layer.out, kernel: 3, init }),
            ...normSpecs(`${name}.bn2`, layer.out),
          ];
        }).flat(),
      ),
      ...linearSpecs("linear", {
        in: widths[2],
        out: numClasses,
        init,
        bias: fanInBound(widths[2]),
      }),
    ]),
    stages: [
      {
        name: "stem",
        prefixes: ["conv1", "bn1"],
        apply: (params, x, pass) => {
          const p = nested<Weights>(params);
          return relu(convNorm(p.conv1, p.bn1, x as tf.Tensor4D, { pad: 1, epsilon }, pass));
        },
      },
      ...layers.map(
        ({ name, stride }): Stage => ({
          name,
          prefixes: [name],
          apply: (params, x, pass) =>
            Array.from({ length: blocks }).reduce<tf.Tensor4D>((y, _, index) => {
              const block = nested<Weights>(params)[name]![index]!;
              return residual(block, y, { stride: index === 0 ? stride : 1, epsilon }, pass);
            }, x as tf.Tensor4D),
        }),
      ),
      { name: "pool", prefixes: [], apply: (_, x) => globalAveragePool(x as tf.Tensor4D) },
      {
        name: "linear",
        prefixes: ["linear"],
        apply: (params, x) => linear(nested<Weights>(params).linear, x as tf.Tensor2D),
      },
    ],
    classifier: "linear",
    numClasses,
    numFeatures: widths[2],
    trunk: { stage: "layer3", channels: widths[2] },
  };
}

function residual(
  p: Block,
  x: tf.Tensor4D,
  { stride, epsilon }: { stride: number; epsilon: number },
  pass: Pass,
): tf.Tensor4D {
  const y = relu(convNorm(p.conv1, p.bn1, x, { stride, pad: 1, epsilon }, pass));
  const inner = convNorm(p.conv2, p.bn2, y, { pad: 1, epsilon }, pass);
  return relu(tf.add<tf.Tensor4D>(inner, shortcut(x, stride, inner.shape[3])));
}

/** Every second place, and zero channels on both sides: no weights. */
function shortcut(x: tf.Tensor4D, stride: number, channels: number): tf.Tensor4D {
  const missing = channels - x.shape[3];
  // A window of one cell picks every stride-th place; unlike a strided slice, its gradient keeps the layout.
  const picked = stride === 1 ? x : tf.avgPool(x, 1, stride, "valid");
  if (missing === 0) return picked;
  const before = Math.floor(missing / 2);
  return tf.pad(picked, [
    [0, 0],
    [0, 0],
    [0, 0],
    [before, missing - before],
  ]);
}
