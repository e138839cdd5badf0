import type { ModelOptions } from "./model-options.js";

type Entry = readonly [name: string, target: readonly [architecture: string, ModelOptions]];

const WIDTHS = [64, 128, 256, 512];

const bottlenecks = (blocks: readonly number[], more: ModelOptions = {}) =>
  ["resnet", { block: "bottleneck", blocks, widths: WIDTHS, ...more }] as const;

const R50 = [3, 4, 6, 3];
const R101 = [3, 4, 23, 3];
const R152 = [3, 8, 36, 3];

/** The stems "c" and "s" of arXiv 1812.01187: three 3x3, the last 64 and 128 wide. */
const deep = (name: string, blocks: readonly number[]): readonly Entry[] => [
  [`${name}c`, bottlenecks(blocks, { stem: "deep", stemWidth: 64 })],
  [`${name}s`, bottlenecks(blocks, { stem: "deep", stemWidth: 128 })],
];

const grouped = (groups: number, widthPerGroup: number): Entry => [
  `resnext101_${groups}x${widthPerGroup}d`,
  bottlenecks(R101, { groups, widthPerGroup }),
];

/** timm's names for ResNets whose sizes have no name here. */
const resnets: Readonly<Record<string, Entry[1]>> = Object.fromEntries<Entry[1]>([
  ["resnet26", bottlenecks([2, 2, 2, 2])],
  ["resnet200", bottlenecks([3, 24, 36, 3])],
  ...deep("resnet50", R50),
  ...deep("resnet101", R101),
  ...deep("resnet152", R152),
  ...[4, 16, 32, 48].map((width) => grouped(32, width)),
  grouped(64, 4),
]);

/** timm's names until 2023, which told who had trained the weights. */
const trainedBy: Readonly<Record<string, readonly string[]>> = {
  tv_: ["resnet34", "resnet50", "resnet101", "resnet152", "resnext50_32x4d"],
  ig_: [8, 16, 32, 48].map((width) => `resnext101_32x${width}d`),
  ...Object.fromEntries(
    ["ssl_", "swsl_"].map((trainer) => [
      trainer,
      [
        ...["resnet18", "resnet50", "resnext50_32x4d"],
        ...[4, 8, 16].map((width) => `resnext101_32x${width}d`),
      ],
    ]),
  ),
  gluon_: ["resnext50_32x4d", "resnext101_32x4d", "resnext101_64x4d"],
};

/** Gluon's "v1b" is the usual network. */
const gluon = (name: string): readonly Entry[] => [
  [`gluon_${name}_v1b`, [name, {}]],
  ...["c", "s"].flatMap((stem): Entry[] => {
    const target = resnets[`${name}${stem}`];
    return target ? [[`gluon_${name}_v1${stem}`, target]] : [];
  }),
];

const mobilenets = (version: 1 | 2, ...percents: string[]): readonly Entry[] =>
  percents.map((percent) => [
    `mobilenetv${version}_${percent}`,
    [`mobilenet_v${version}`, { widthMultiplier: Number(percent) / 100 }],
  ]);

const CASED = { vocabSize: 28_996 };

/**
 * What others call networks of ours: timm's architectures where they compute the same, and the hub's
 * names of BERTs. Name -> our name and the options that make it. Not among them are timm's networks that
 * differ in something: other activations, pooled shortcuts ("d", "t"), deeper MobileNets ("110d").
 */
export const otherNames: Readonly<Record<string, Entry[1]>> = {
  ...resnets,
  ...Object.fromEntries<Entry[1]>([
    ...Object.entries(trainedBy).flatMap(([trainer, names]) =>
      names.map((name): Entry => [trainer + name, resnets[name] ?? [name, {}]]),
    ),
    ...["resnet18", "resnet34", "resnet50", "resnet101", "resnet152"].flatMap(gluon),
    ...mobilenets(1, "100", "125"),
    ...mobilenets(2, "035", "050", "075", "100", "140"),
  ]),
  distilbert: ["distilbert_base", {}],
  bert_base_uncased: ["bert_base", {}],
  bert_base_cased: ["bert_base", CASED],
  bert_large_uncased: ["bert_large", {}],
  bert_large_cased: ["bert_large", CASED],
  distilbert_base_uncased: ["distilbert_base", {}],
  distilbert_base_cased: ["distilbert_base", CASED],
};
