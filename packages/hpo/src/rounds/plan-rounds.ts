import { SearchError } from "../error.js";

/** How rounds follow each other. */
export type RoundsPace = {
  /** How far the first round goes. Default 1. */
  readonly minResource?: number;
  /** How far the last round goes. */
  readonly maxResource: number;
  /** One in so many goes on, so many times as far. Default 2. */
  readonly reduction?: number;
};

/** A round: how far it goes, and how many trials go there if none fails. */
export type PlannedRound = { readonly resource: number; readonly trials: number };

/** The rounds of so many trials. Throws `config-invalid`. */
export function planRounds({
  trials,
  ...pace
}: RoundsPace & { readonly trials: number }): readonly PlannedRound[] {
  let going = trials;
  return resourcesOf(pace).map((resource, round) => {
    if (round > 0) going = goingOn(going, pace.reduction);
    return { resource, trials: going };
  });
}

/** How many of so many complete trials go on. */
export const goingOn = (complete: number, reduction = 2): number =>
  Math.max(1, Math.floor(complete / reduction));

/** How far each round goes. Throws `config-invalid`. */
export function resourcesOf({
  minResource = 1,
  maxResource,
  reduction = 2,
}: RoundsPace): readonly number[] {
  checkAtLeast("minResource", minResource, 1);
  checkAtLeast("maxResource", maxResource, minResource);
  checkAtLeast("reduction", reduction, 2);
  const resources: number[] = [];
  for (let resource = minResource; resource < maxResource; resource *= reduction) {
    resources.push(resource);
  }
  return [...resources, maxResource];
}

function checkAtLeast(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new SearchError(
    "config-invalid",
    `${name} is ${value}. Give a whole number from ${least} up.`,
  );
}
