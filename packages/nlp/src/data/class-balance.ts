import type { LabelledText } from "./dataset.js";

export type ClassBalance = {
  readonly classes: readonly {
    readonly name: string;
    readonly count: number;
    readonly share: number;
  }[];
  /** How many times the largest class is the smallest; Infinity where one has no text. */
  readonly ratio: number;
};

/** How many texts each class has. `balancedClassWeights` in core makes up for what is uneven. */
export function classBalance(
  samples: readonly Pick<LabelledText, "label">[],
  classes: readonly string[],
): ClassBalance {
  const counts = new Array<number>(classes.length).fill(0);
  for (const { label } of samples) counts[label]! += 1;
  return {
    classes: classes.map((name, place) => {
      const count = counts[place]!;
      return { name, count, share: count / Math.max(1, samples.length) };
    }),
    ratio: Math.max(...counts) / Math.min(...counts),
  };
}
