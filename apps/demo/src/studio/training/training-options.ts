import { type UsualOptions, usualOptions } from "@graft-ml/core";
import type { Kind, Strategy } from "../studio.js";

/** What the command calls the learning of each kind. */
const tasks = { pictures: "image", texts: "text" } as const;

/** The command's options of a training, all resolved. */
export type TrainingOptions = UsualOptions & {
  readonly task: (typeof tasks)[Kind];
  readonly strategy: Strategy | "scratch";
};

/** As `graft train` has them where nobody chose. */
export function trainingOptions(
  kind: Kind,
  { strategy, epochs, seed }: Pick<TrainingOptions, "strategy" | "seed"> & { epochs?: number },
): TrainingOptions {
  const task = tasks[kind];
  return {
    ...usualOptions({ task, strategy }),
    ...(epochs === undefined ? {} : { epochs }),
    ...{ seed, task, strategy },
  };
}
