import type { HostTensor } from "@graft-ml/core";

/** What a batch's own statistics are, by the names of the running ones. */
export type Measured = {
  readonly outputs: Readonly<Record<string, HostTensor>>;
  /** Of all samples. */
  readonly share: number;
};

/** What the running statistics of a batch norm are called. */
const [MEAN, VARIANCE] = ["running_mean", "running_var"] as const;

/** Of all batches: the mean of means, and the mean of variances plus the variance of means. */
export function pooledStatistics(measured: readonly Measured[]): Record<string, Float64Array> {
  const names = Object.keys(measured[0]?.outputs ?? {});
  const mean = (name: string, of: (value: number, at: number) => number): Float64Array => {
    const sum = new Float64Array(measured[0]!.outputs[name]!.data.length);
    for (const { outputs, share } of measured) {
      sum.forEach((before, at) => {
        sum[at] = before + share * of(Number(outputs[name]!.data[at]), at);
      });
    }
    return sum;
  };
  const pooled = names.map((name) => [name, mean(name, (value) => value)] as const);
  const whole: Record<string, Float64Array> = Object.fromEntries(pooled);
  for (const [name, means] of pooled) {
    if (!name.endsWith(MEAN)) continue;
    const between = mean(name, (value, at) => (value - means[at]!) ** 2);
    const variance = `${name.slice(0, -MEAN.length)}${VARIANCE}`;
    const within = whole[variance];
    if (within) whole[variance] = within.map((value, at) => value + between[at]!);
  }
  return whole;
}
