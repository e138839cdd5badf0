import type { Init, WeightSpec } from "./model.js";

/** A few lines of a model's table of weights. */
export type SpecLines = readonly (readonly [name: string, spec: WeightSpec])[];

const param = (shape: readonly number[], init: Init): WeightSpec => ({
  shape,
  role: "param",
  init,
});
const buffer = (shape: readonly number[], value: number): WeightSpec => ({
  shape,
  role: "buffer",
  init: { kind: "constant", value },
});
const constant = (value: number): Init => ({ kind: "constant", value });

/** PyTorch's own start of a bias: uniform within 1 / sqrt(fan in). */
export const fanInBound = (fanIn: number): Init => ({
  kind: "uniform",
  bound: 1 / Math.sqrt(fanIn),
});

/** `[out, in / groups, kernel, kernel]`; `bias` is how the bias starts, if there is one. */
export function convSpecs(
  name: string,
  options: { in: number; out: number; kernel: number; groups?: number; init: Init; bias?: Init },
): SpecLines {
  const { in: channels, out, kernel, groups = 1, init, bias } = options;
  const weight = param([out, channels / groups, kernel, kernel], init);
  return [
    [`${name}.weight`, groups === 1 ? weight : { ...weight, groups }],
    ...(bias ? ([[`${name}.bias`, param([out], bias)]] as const) : []),
  ];
}

/** Scale 1, offset 0, running mean 0, running variance 1. `scale` is how the scale starts. */
export const normSpecs = (name: string, channels: number, scale = 1): SpecLines => [
  [`${name}.weight`, param([channels], constant(scale))],
  [`${name}.bias`, param([channels], constant(0))],
  [`${name}.running_mean`, buffer([channels], 0)],
  [`${name}.running_var`, buffer([channels], 1)],
];

export const linearSpecs = (
  name: string,
  options: { in: number; out: number; init: Init; bias: Init },
): SpecLines => [
  [`${name}.weight`, param([options.out, options.in], options.init)],
  [`${name}.bias`, param([options.out], options.bias)],
];
