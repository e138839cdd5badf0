import { mkdir, rm } from "node:fs/promises";
import {
  type FinishedTrial,
  type FoundRound,
  goingOn,
  halvingRounds,
  type PlannedRound,
  type RoundsEvent,
  type RoundsResult,
  type SearchEvent,
  spaceFromJson,
  trialsOfRounds,
} from "@graft-ml/hpo";
import { fileJournal } from "@graft-ml/hpo/node";
import { isDiskFull } from "./best.js";
import type { Crew } from "./crew.js";
import { samplerOf } from "./policies.js";
import { roundsPolicy } from "./rounds-policy.js";
import { forgetOthers, forgetTrial } from "./trial-checkpoints.js";
import { type TuneFolder, tunePaths } from "./tune-folder.js";
import { scoring } from "./tuning.js";

/** What a trial was kept in can't be used: it is trained again from its beginning. */
export type TrialAnew = {
  readonly type: "trial-anew";
  readonly number: number;
  readonly reason: string;
};

type Input = TuneFolder & {
  readonly rounds: readonly PlannedRound[];
  readonly objective: Crew["objective"];
  readonly tell: (event: TrialAnew) => void;
  readonly signal: AbortSignal;
};

/** Halving by rounds; what was kept of trials goes as soon as none of them needs it. */
export async function* searchRounds(input: Input): AsyncGenerator<RoundsEvent, RoundsResult> {
  const { checkpoints } = tunePaths(input.folder);
  // Workers of a queue see by it that they share the folder.
  await mkdir(checkpoints, { recursive: true });
  const tidy = tidierOf(input, checkpoints);
  const running = roundsFor(input);
  try {
    for (;;) {
      const { done, value } = await running.next();
      if (done) {
        await rm(checkpoints, { recursive: true, force: true });
        return value;
      }
      await tidy(value);
      yield value;
    }
  } finally {
    // Whoever reads no further ends the search.
    await running.return(undefined as never);
  }
}

function roundsFor({ folder, file, rounds, objective, tell, signal }: Input) {
  const { plan, effort } = file;
  return halvingRounds({
    ...roundsPolicy(plan),
    ...{ space: spaceFromJson(plan.parameters), seed: plan.seed, window: plan.window, signal },
    sampler: samplerOf(plan),
    direction: scoring(plan).direction,
    isFatal: isDiskFull,
    trials: rounds[0]!.trials,
    minResource: rounds[0]!.resource,
    maxResource: rounds.at(-1)!.resource,
    workers: effort.queue === undefined ? effort.workers : plan.window,
    objective: async (params, context) => {
      const note = (reason: string) => tell({ type: "trial-anew", number: context.origin, reason });
      const value = await objective(params, { ...context, note });
      return typeof value === "number" ? value : value[0]!;
    },
    journal: (round) => fileJournal(tunePaths(folder).round(round)),
  });
}

/** Removes what was kept of trials that have ended, didn't go on, or no longer can. */
function tidierOf({ file, rounds }: Input, folder: string) {
  const sign = scoring(file.plan).direction === "maximize" ? -1 : 1;
  const most = (count: number) => goingOn(count, roundsPolicy(file.plan)?.reduction);
  let [before, now] = [0, 0];
  let places: readonly number[] = [];
  let ended: FinishedTrial[] = [];
  // Of equals the one that ranked before: the search's own order.
  const placeOf = ({ number }: FinishedTrial) =>
    places.length === 0 ? number : places.indexOf(number);
  const cantGoOn = (count: number) =>
    ended
      .filter(({ state }) => state === "complete")
      .toSorted((a, b) => sign * (a.values[0]! - b.values[0]!) || placeOf(a) - placeOf(b))
      .slice(most(count));
  return async (event: RoundsEvent): Promise<void> => {
    if (event.type === "round-start") {
      [before, now] = [rounds[event.round - 1]?.resource ?? 0, event.resource];
      places = event.origins;
      ended = [];
      await forgetOthers(folder, { epochs: before, origins: places });
    }
    if (event.type !== "trial-end") return;
    ended.push(event.trial);
    await forgetTrial(folder, { origin: event.trial.number, epochs: before });
    const failed = event.trial.state === "complete" ? [] : [event.trial];
    const count = places.length === 0 ? rounds[0]!.trials : places.length;
    for (const { number } of [...failed, ...cantGoOn(count)]) {
      await forgetTrial(folder, { origin: number, epochs: now });
    }
  };
}

/** Follows what rounds have found so far, as one list of trials. */
export function roundsSoFar(maxResource: number) {
  const rounds: (Pick<FoundRound, "resource" | "origins"> & { trials: FinishedTrial[] })[] = [];
  return {
    see(event: RoundsEvent | Exclude<SearchEvent, { type: "search-end" }>): void {
      if (event.type === "round-start") rounds.push({ ...event, trials: [] });
      if (event.type === "trial-end") rounds.at(-1)?.trials.push(event.trial);
    },
    trials: () => trialsOfRounds(rounds, { maxResource }),
  };
}
