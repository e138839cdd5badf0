import { permutation } from "@graft-ml/core";

/** So many of each label to train on, drawn by the seed; all others are for the test. */
export function fewPerClass<T extends { readonly label: number }>(
  samples: readonly T[],
  { perClass, seed }: { perClass: number; seed: number },
): { train: readonly T[]; test: readonly T[] } {
  const taken = new Map<number, number>();
  const train: T[] = [];
  const test: T[] = [];
  for (const index of permutation(seed, 0, samples.length)) {
    const sample = samples[index]!;
    const count = taken.get(sample.label) ?? 0;
    (count < perClass ? train : test).push(sample);
    taken.set(sample.label, count + 1);
  }
  return { train, test };
}
