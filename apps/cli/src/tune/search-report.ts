import { existsSync } from "node:fs";
import { basename } from "node:path";
import { writeFileAtomic } from "@graft-ml/core/node";
import { type PlannedRound, type SearchResult, spaceFromJson } from "@graft-ml/hpo";
import type { TrialTime } from "@graft-ml/hpo/page";
import { z } from "zod";
import { many } from "../report/numbers.js";
import { readJsonLines } from "../terminal/json-lines.js";
import { roundsOf } from "./rounds-policy.js";
import { type TuneFolder, tunePaths } from "./tune-folder.js";
import { scoring } from "./tuning.js";

/** Writes the page of a search from its folder, and returns where it is. */
export async function writeSearchReport(
  { folder, file }: TuneFolder,
  { trials }: Pick<SearchResult, "trials">,
): Promise<string> {
  // Only here: the charts' library takes its time to load.
  const { searchPage } = await import("@graft-ml/hpo/page");
  const { plan, samples } = file;
  const { metric, direction } = scoring(plan);
  const { report, events } = tunePaths(folder);
  const { sampler, seed, window } = plan;
  const space = spaceFromJson(plan.parameters);
  const rounds = roundsOf(space, plan, file.effort);
  const scoredBy =
    plan.target === null
      ? `${samples.validation} others`
      : `the information in its answers for ${samples.target?.count} samples of ${plan.target}, of which no label was read`;
  const page = searchPage({
    title: `Search ${basename(folder)}`,
    space,
    trials,
    directions: [direction],
    objectiveNames: [metric],
    made: { sampler, seed, window, pruner: plan.pruner === "none" ? null : plan.pruner },
    times: await timesIn(events),
    ...(rounds ? { comparedAt: rounds[0]!.resource } : {}),
    notes: [
      ...(rounds ? [toldRounds(rounds)] : []),
      `Each trial is a training as graft train makes it, of ${samples.train} samples, scored by ${scoredBy}.`,
    ],
  });
  await writeFileAtomic(report, page);
  return report;
}

const toldRounds = (rounds: readonly PlannedRound[]): string =>
  `By rounds: ${rounds.map(({ resource, trials }) => `${many(trials, "trial")} to epoch ${resource}`).join(", ")}. Those that did not go on count as pruned.`;

const moment = z.object({
  type: z.string(),
  at: z.string(),
  number: z.int().optional(),
  trial: z.object({ number: z.int() }).optional(),
  from: z.string().optional(),
});

/** When each trial ran, by the events, in each round; of one that was begun again the last time. */
async function timesIn(path: string): Promise<readonly TrialTime[]> {
  const lines = existsSync(path) ? await readJsonLines(path, moment) : [];
  const zero = lines[0] ? Date.parse(lines[0].at) : 0;
  const seconds = (at: string): number => (Date.parse(at) - zero) / 1000;
  const started = new Map<number, number>();
  const times: TrialTime[] = [];
  for (const { type, at, number, trial, from } of lines) {
    if (type === "trial-start" && number !== undefined) started.set(number, seconds(at));
    const start = trial && started.get(trial.number);
    if (type !== "trial-end" || from !== "here" || start === undefined) continue;
    times.push({ number: trial!.number, start, end: seconds(at) });
  }
  return times;
}
