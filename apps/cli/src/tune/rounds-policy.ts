import { GraftError } from "@graft-ml/core";
import { type PlannedRound, planRounds, type Space } from "@graft-ml/hpo";
import { wholeNumber } from "../numbers.js";
import { epochsOf, gridSize, longest, samplerOf } from "./policies.js";
import type { SearchEffort, SearchPlan } from "./tuning.js";

/** How trials go on by rounds. */
export type RoundsPolicy = {
  /** One in so many goes on, so many times as far. */
  readonly reduction: number;
};

type Chosen = Pick<SearchPlan, "pruner">;

/** What --pruner rounds or rounds:N asks for; undefined: another pruner is chosen. Throws `usage`. */
export function roundsPolicy({ pruner }: Chosen): RoundsPolicy | undefined {
  const [name, number = "2"] = pruner.split(":");
  if (name !== "rounds") return undefined;
  try {
    return { reduction: wholeNumber(2)(number) };
  } catch (cause) {
    throw usage(`--pruner ${pruner}: ${(cause as Error).message}`, cause);
  }
}

/** The rounds of a search; null where it goes by none. */
export function roundsOf(
  space: Space,
  plan: SearchPlan,
  effort: Pick<SearchEffort, "trials">,
): readonly PlannedRound[] | null {
  const policy = roundsPolicy(plan);
  if (!policy) return null;
  const size = gridSize(space, samplerOf(plan)) ?? Number.POSITIVE_INFINITY;
  return planRounds({
    ...policy,
    trials: Math.min(effort.trials ?? size, size),
    minResource: plan.minEpochs,
    maxResource: longest(space, plan.fixed),
  });
}

/** Throws `usage` for what can't go together with rounds, which take all trainings equally far. */
export function checkRounds(
  plan: Omit<SearchPlan, "parameters">,
  space: Space | undefined,
  { time }: Pick<SearchEffort, "time">,
): void {
  if (!roundsPolicy(plan)) return;
  const { fixed, minEpochs } = plan;
  const isSearched = (name: string): boolean => space !== undefined && name in space.parameters;
  if (isSearched("epochs")) {
    throw usage(
      "--pruner rounds takes all trials equally far, round by round, so that epochs can't be searched. Give --epochs 20, or another pruner.",
    );
  }
  if (fixed.patience != null || isSearched("patience")) {
    throw usage(
      "--patience ends a training where it gets no better, and --pruner rounds says how far each goes. Leave one of them out.",
    );
  }
  if (time !== undefined) {
    throw usage(
      "--time ends a search between two trials, and --pruner rounds judges a round whole. Say by --trials how many there are.",
    );
  }
  checkEpochs(space ?? { parameters: {}, constraints: [] }, { fixed, minEpochs });
}

function checkEpochs(
  space: Space,
  { fixed, minEpochs }: Pick<SearchPlan, "fixed" | "minEpochs">,
): void {
  const trials = epochsOf(space, fixed);
  if (trials.some(({ strategy }) => strategy === "few-shot")) {
    throw usage(
      "--pruner rounds goes by epochs, and few-shot has none. Choose another strategy, or --pruner none.",
    );
  }
  const [epochs = 0, other] = new Set(trials.map((one) => one.epochs));
  if (other !== undefined) {
    throw usage(
      `--pruner rounds takes all trials equally far, and strategies have ${epochs} or ${other} epochs. Give --epochs ${epochs}.`,
    );
  }
  if (minEpochs <= epochs) return;
  throw usage(
    `--min-epochs ${minEpochs} is how far the first round goes, more than the ${epochs} epochs of a training. Give fewer.`,
  );
}

const usage = (message: string, cause?: unknown): GraftError =>
  new GraftError("usage", message, cause === undefined ? {} : { cause });
