import type { Peer } from "./peer.js";

export type Comparison = {
  ours: number;
  theirs: number;
  /** Median of ours over median of theirs: below 1 we are faster. */
  ratio: number;
  oursPeakMB: number;
  theirsPeakMB: number;
};

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
};

/** A few runs of one, then as many of the other, over and over: drift of the machine hits both alike. */
export async function alternate(
  ours: Peer,
  theirs: Peer,
  { warmUp = 2, rounds = 5, runs = 2 } = {},
): Promise<Comparison> {
  await ours.run(warmUp);
  await theirs.run(warmUp);
  const times = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    times.ours.push(...(await ours.run(runs)));
    times.theirs.push(...(await theirs.run(runs)));
  }
  return {
    ours: median(times.ours),
    theirs: median(times.theirs),
    ratio: median(times.ours) / median(times.theirs),
    oursPeakMB: ours.peakMegabytes(),
    theirsPeakMB: theirs.peakMegabytes(),
  };
}
