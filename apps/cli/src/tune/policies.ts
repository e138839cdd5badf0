import { GraftError } from "@graft-ml/core";
import {
  cmaEs,
  gaussianProcess,
  grid,
  hyperband,
  median,
  type Params,
  type Pruner,
  patience,
  percentile,
  quasiRandom,
  random,
  type Sampler,
  type Space,
  successiveHalving,
  tpe,
} from "@graft-ml/hpo";
import { wholeNumber } from "../numbers.js";
import type { TrainOptions } from "../run/train-options.js";
import { trialOptions } from "./trial-options.js";
import type { FixedOptions, SearchPlan, samplers } from "./tuning.js";

const makers: Readonly<Record<(typeof samplers)[number], () => Sampler>> = {
  grid: () => grid(),
  random,
  quasi: quasiRandom,
  tpe: () => tpe(),
  "cma-es": () => cmaEs(),
  gp: () => gaussianProcess(),
};

export const samplerOf = ({ sampler }: Pick<SearchPlan, "sampler">): Sampler => makers[sampler]();

/** How many trials a space has; null where a sampler never ends. Throws `space-invalid`. */
export function gridSize(space: Space, sampler: Sampler): number | null {
  if (sampler.name !== "grid") return null;
  const asked = { space, directions: ["maximize"], seed: 0, history: [], pending: [] } as const;
  let size = 0;
  while (sampler.suggest({ ...asked, number: size })) size += 1;
  return size;
}

type PrunerOptions = {
  /** After the colon. */
  readonly number: number | undefined;
  readonly minEpochs: number;
  /** Of the longest trial. */
  readonly maxEpochs: number;
};

const pruners: Readonly<Record<string, (options: PrunerOptions) => Pruner | undefined>> = {
  none: () => undefined,
  median: ({ minEpochs }) => median({ warmup: minEpochs }),
  percentile: ({ number = 25, minEpochs }) => percentile(number, { warmup: minEpochs }),
  asha: ({ number = 3, minEpochs }) =>
    successiveHalving({ minResource: minEpochs, reduction: number }),
  hyperband: ({ number = 3, minEpochs, maxEpochs }) =>
    hyperband({
      minResource: minEpochs,
      maxResource: Math.max(minEpochs, maxEpochs),
      reduction: number,
    }),
  patience: ({ number = 3 }) => patience({ patience: number }),
  // Nothing stops a trial within its round.
  rounds: () => undefined,
};

export const prunerNames = Object.keys(pruners);

/** A pruner as --pruner names it. Throws `usage`. */
export function prunerOf(
  { pruner, minEpochs }: Pick<SearchPlan, "pruner" | "minEpochs">,
  maxEpochs: number,
): Pruner | undefined {
  const [name = "", number] = pruner.split(":");
  const make = Object.hasOwn(pruners, name) ? pruners[name] : undefined;
  if (!make) {
    throw new GraftError(
      "usage",
      `--pruner ${pruner} is none of ${prunerNames.join(", ")}. Choose one; percentile, asha, hyperband, patience and rounds take a number, such as percentile:25.`,
    );
  }
  try {
    const given = number === undefined ? undefined : wholeNumber(0)(number);
    return make({ number: given, minEpochs, maxEpochs });
  } catch (cause) {
    throw new GraftError("usage", `--pruner ${pruner}: ${(cause as Error).message}`, { cause });
  }
}

/** Epochs of the longest trial there can be. */
export const longest = (space: Space, fixed: FixedOptions): number =>
  Math.max(...epochsOf(space, fixed).map(({ epochs }) => epochs));

/** Trials by the parameters that decide their epochs; of a range of epochs the most. */
export function epochsOf(
  space: Space,
  fixed: FixedOptions,
): readonly Pick<TrainOptions, "strategy" | "epochs">[] {
  const tries = ["epochs", "strategy"].map((name) => valuesOf(space, name));
  const [epochs = [{}], strategies = [{}]] = tries;
  return strategies.flatMap((strategy) =>
    epochs.map((epoch) => trialOptions(fixed, { ...strategy, ...epoch })),
  );
}

function valuesOf({ parameters }: Space, name: string): readonly Params[] {
  const parameter = parameters[name];
  if (!parameter) return [{}];
  const values = parameter.kind === "choice" ? parameter.values : [parameter.max];
  return values.map((value) => ({ [name]: value }));
}
