import type { FinishedTrial } from "../trial.js";
import type { FoundRound } from "./rounds.js";

/**
 * What all rounds found as one list, each trial once by its number, with its reports of every round: complete
 * where it came to `maxResource`, else pruned where it stands, or failed. Rounds may be under way still.
 */
export function trialsOfRounds(
  rounds: readonly Pick<FoundRound, "resource" | "origins" | "trials">[],
  { maxResource }: { readonly maxResource: number },
): readonly FinishedTrial[] {
  const merged = new Map<number, FinishedTrial>();
  for (const [at, round] of rounds.entries()) {
    for (const trial of round.trials) {
      const reports = [...(merged.get(trial.number)?.reports ?? []), ...trial.reports];
      const isOnTheWay = trial.state === "complete" && round.resource < maxResource;
      merged.set(trial.number, {
        ...trial,
        ...(isOnTheWay ? stopped(trial, { round, next: rounds[at + 1] }) : {}),
        reports,
      });
    }
  }
  return [...merged.values()].toSorted((a, b) => a.number - b.number);
}

type Between = {
  readonly round: Pick<FoundRound, "resource" | "trials">;
  readonly next: Pick<FoundRound, "origins"> | undefined;
};

function stopped(
  { number }: FinishedTrial,
  { round, next }: Between,
): Pick<FinishedTrial, "state" | "values" | "reason"> {
  const { resource, trials } = round;
  const stays = next !== undefined && !next.origins.includes(number);
  const reason = stays
    ? `${next.origins.length} of ${trials.length} trials went on from ${resource}, and others were better`
    : `it stands at ${resource}`;
  return { state: "pruned", values: [], reason };
}
