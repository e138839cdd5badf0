import type { TrialContext } from "../search/objective.js";

/** What a trial of a round is told beside what any trial is. Plain JSON. */
export type RoundPlace = {
  /** How far it is to go: epochs, say, counted from its beginning. */
  readonly resource: number;
  /** How far the round before took it; 0 in the first. */
  readonly begun: number;
  /** Its number in the first round, under which what it needs to go on may be kept. */
  readonly origin: number;
};

/** What a trial that may be one of a round is told. */
export type PlacedContext = TrialContext & Partial<RoundPlace>;

/** The place of a trial in its round; undefined where it is of none. */
export function placeOf({ resource, begun, origin }: Partial<RoundPlace>): RoundPlace | undefined {
  if (resource === undefined || begun === undefined || origin === undefined) return undefined;
  return { resource, begun, origin };
}
