import type { SearchHeader } from "../search/journal.js";
import type { Parameters } from "../space/space.js";
import type { Direction, FinishedTrial } from "../trial.js";

/** When a trial ran; one that was gone on with later has several. */
export type TrialTime = {
  readonly number: number;
  /** Seconds, all from one moment, such as the search's start. */
  readonly start: number;
  readonly end: number;
  /** Whoever ran it. Default: told apart by what overlaps. */
  readonly worker?: string;
};

/** What a page tells beside a search. */
type Telling = {
  readonly title: string;
  /** In any order; the search may be running still. */
  readonly trials: readonly FinishedTrial[];
  /** Default "value"; of several "value 1" and so on. */
  readonly objectiveNames?: readonly string[];
  /** Default: no timeline and no durations. */
  readonly times?: readonly TrialTime[];
  /**
   * A step that trials came to before any was stopped, such as the first round's: of fewer than ten complete
   * trials what matters is told by the reports there. Default: it isn't told.
   */
  readonly comparedAt?: number;
  /** What else is to be known, a sentence each. Default none. */
  readonly notes?: readonly string[];
};

/** A search by its space. */
export type SearchedSpace = Telling & {
  readonly space: { readonly parameters: Parameters };
  /** One an objective. Default ["minimize"]. */
  readonly directions?: readonly Direction[];
  /** How the search was made. Default: not told. */
  readonly made?: Partial<Pick<SearchHeader, "sampler" | "pruner" | "seed" | "window">>;
};

/** What a page of a search is made of: a space and directions, or a journal's header, which has both. */
export type SearchPageOptions = SearchedSpace | (Telling & { readonly header: SearchHeader });

/** Takes from a header what it has. */
export function searchedSpace(options: SearchPageOptions): SearchedSpace {
  if (!("header" in options)) return options;
  const { header } = options;
  return { ...options, space: header, directions: header.directions, made: header };
}
