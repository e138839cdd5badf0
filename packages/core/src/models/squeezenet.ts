import * as tf from "@tensorflow/tfjs-core";
import { relu } from "../nn/activation.js";
import { type Conv, conv } from "../nn/conv.js";
import { dropout } from "../nn/dropout.js";
import { linear } from "../nn/linear.js";
import { globalAveragePool, maxPool } from "../nn/pool.js";
import type { Model, Stage } from "./model.js";
import { nested } from "./nested.js";
import { convSpecs, type SpecLines } from "./specs.js";

export type SqueezeNetOptions = {
  numClasses: number;
  version: "1.0" | "1.1";
  /**
   * ReLU on the class maps before they are averaged, as published. A new head does better without:
   * a class whose map starts negative would get no gradient. Default true.
   */
  finalRelu?: boolean;
  /** Share of the features dropped before the classifier in training. Default 0.5. */
  dropout?: number;
};

/** A number in the `features` sequence: the first convolution, a pool, or a fire module. */
type Entry =
  | { at: number; kind: "conv"; out: number; kernel: number }
  | { at: number; kind: "pool" }
  | { at: number; kind: "fire"; squeeze: number; expand: number };

const fire = (at: number, squeeze: number, expand: number): Entry => ({
  at,
  kind: "fire",
  squeeze,
  expand,
});
const pool = (at: number): Entry => ({ at, kind: "pool" });

/** arXiv 1602.07360, table 1; 1.1 is the authors' cheaper revision. Numbers are torchvision's. */
const tables: Readonly<Record<SqueezeNetOptions["version"], readonly Entry[]>> = {
  "1.0": [
    { at: 0, kind: "conv", out: 96, kernel: 7 },
    pool(2),
    fire(3, 16, 64),
    fire(4, 16, 64),
    fire(5, 32, 128),
    pool(6),
    fire(7, 32, 128),
    fire(8, 48, 192),
    fire(9, 48, 192),
    fire(10, 64, 256),
    pool(11),
    fire(12, 64, 256),
  ],
  "1.1": [
    { at: 0, kind: "conv", out: 64, kernel: 3 },
    pool(2),
    fire(3, 16, 64),
    fire(4, 16, 64),
    pool(5),
    fire(6, 32, 128),
    fire(7, 32, 128),
    pool(8),
    fire(9, 48, 192),
    fire(10, 48, 192),
    fire(11, 64, 256),
    fire(12, 64, 256),
  ],
};

type Fire = { squeeze: Conv; expand1x1: Conv; expand3x3: Conv };
type Weights = { features: Readonly<Record<number, Conv | Fire>>; classifier: { 1: Conv } };

const FEATURES = 512;
const uniform = { kind: "kaiming-uniform" } as const;
const zero = { kind: "constant", value: 0 } as const;

/**
 * SqueezeNet (arXiv 1602.07360) with torchvision's keys, no batch norm: stages features.0 (with its
 * relu), features.2, ..., classifier. Without the final relu, averaging comes before the classifier
 * (the same numbers for less work): there is a stage pool, whose features can be cached.
 */
export function squeezenet(architecture: string, options: SqueezeNetOptions): Model {
  const { numClasses, version, finalRelu = true } = options;
  const rate = options.dropout ?? 0.5;
  const table = tables[version];
  const head = convSpecs("classifier.1", {
    in: FEATURES,
    out: numClasses,
    kernel: 1,
    init: { kind: "normal", std: 0.01 },
    bias: zero,
  });
  return {
    architecture,
    config: {
      architecture,
      num_classes: numClasses,
      version,
      classifier_relu: finalRelu,
      dropout_rate: rate,
    },
    specs: Object.fromEntries([...tableSpecs(table), ...head]),
    stages: [...table.map(stageOf), ...(finalRelu ? [mapHead(rate)] : pooledHead(rate))],
    classifier: "classifier.1",
    numClasses,
    numFeatures: FEATURES,
    trunk: { stage: `features.${table.at(-1)!.at}`, channels: FEATURES },
  };
}

function tableSpecs(table: readonly Entry[]): SpecLines {
  let channels = 3;
  return table.flatMap((entry): SpecLines => {
    const from = channels;
    const name = `features.${entry.at}`;
    if (entry.kind === "pool") return [];
    if (entry.kind === "conv") {
      channels = entry.out;
      return convSpecs(name, { ...entry, in: from, init: uniform, bias: zero });
    }
    const { squeeze, expand } = entry;
    channels = 2 * expand;
    const layer = (part: string, into: number, out: number, kernel: number) =>
      convSpecs(`${name}.${part}`, { in: into, out, kernel, init: uniform, bias: zero });
    return [
      ...layer("squeeze", from, squeeze, 1),
      ...layer("expand1x1", squeeze, expand, 1),
      ...layer("expand3x3", squeeze, expand, 3),
    ];
  });
}

function stageOf(entry: Entry): Stage {
  const name = `features.${entry.at}`;
  const weights = <T extends Conv | Fire>(params: Parameters<Stage["apply"]>[0]) =>
    nested<Weights>(params).features[entry.at] as T;
  if (entry.kind === "pool") {
    const apply: Stage["apply"] = (_, x) =>
      maxPool(x as tf.Tensor4D, { size: 3, stride: 2, ceil: true });
    return { name, prefixes: [], apply };
  }
  const apply: Stage["apply"] =
    entry.kind === "conv"
      ? (params, x) => relu(conv(weights<Conv>(params), x as tf.Tensor4D, { stride: 2 }))
      : (params, x) => fireModule(weights<Fire>(params), x as tf.Tensor4D);
  return { name, prefixes: [name], apply };
}

/** Few channels, then many from two filter sizes side by side. */
function fireModule(p: Fire, x: tf.Tensor4D): tf.Tensor4D {
  const squeezed = relu(conv(p.squeeze, x));
  const point = relu(conv(p.expand1x1, squeezed));
  return tf.concat4d([point, relu(conv(p.expand3x3, squeezed, { pad: 1 }))], 3);
}

const mapHead = (rate: number): Stage => ({
  name: "classifier",
  prefixes: ["classifier.1"],
  apply: (params, x, pass) => {
    const kept = dropout(x as tf.Tensor4D, { rate, site: "classifier.0" }, pass);
    return globalAveragePool(relu(conv(nested<Weights>(params).classifier[1], kept)));
  },
});

const pooledHead = (rate: number): readonly Stage[] => [
  { name: "pool", prefixes: [], apply: (_, x) => globalAveragePool(x as tf.Tensor4D) },
  {
    name: "classifier",
    prefixes: ["classifier.1"],
    apply: (params, x, pass) => {
      const kept = dropout(x as tf.Tensor2D, { rate, site: "classifier.0" }, pass);
      const { weight, bias } = nested<Weights>(params).classifier[1];
      const matrix: tf.Tensor2D = tf.reshape(weight, [weight.shape[0], FEATURES]);
      return linear({ weight: matrix, ...(bias ? { bias } : {}) }, kept);
    },
  },
];
