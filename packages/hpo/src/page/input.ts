import type { SearchHeader } from "../search/journal.js";
import type { Parameters } from "../space/space.js";
import type { Direction, FinishedTrial } from "../trial.js";

/** When a trial ran. */
export type TrialTime = {
  readonly number: number;
  /** Seconds, all from one moment, such as the search's start. */
  readonly start: number;
  readonly end: number;
  /** Whoever ran it. Default: told apart by what overlaps. */
  readonly worker?: string;
};

/** What a page of a search is made of. */
export type SearchPageOptions = {
  readonly title: string;
  /** A space, or the header of a journal. */
  readonly space: { readonly parameters: Parameters };
  /** In any order; the search may be running still. */
  readonly trials: readonly FinishedTrial[];
  /** One an objective. Default ["minimize"]. */
  readonly directions?: readonly Direction[];
  /** Default "value"; of several "value 1" and so on. */
  readonly objectiveNames?: readonly string[];
  /** How the search was made: a journal's header will do. Default: not told. */
  readonly made?: Partial<Pick<SearchHeader, "sampler" | "pruner" | "seed" | "window">>;
  /** Default: no timeline and no durations. */
  readonly times?: readonly TrialTime[];
  /** What else is to be known, a sentence each. Default none. */
  readonly notes?: readonly string[];
};
