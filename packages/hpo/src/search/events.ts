import type { Params } from "../space/parameter.js";
import type { FinishedTrial } from "../trial.js";

/** What a search has found. */
export type SearchResult = {
  /** That have ended, by number. */
  readonly trials: readonly FinishedTrial[];
  /** Of one objective: the best complete trial, the first of equals. */
  readonly best?: FinishedTrial;
  /** The complete trials that no other is better than in every respect. */
  readonly front: readonly FinishedTrial[];
};

/** Why a search is over: its trials are made, its sampler has nothing left, or its time is up. */
export type SearchEnd = "trials" | "exhausted" | "time";

/** What happens in a search, in the order in which it does. Plain JSON. */
export type SearchEvent =
  | {
      readonly type: "trial-start";
      readonly number: number;
      readonly params: Params;
      readonly attempt: number;
    }
  | {
      readonly type: "trial-report";
      readonly number: number;
      readonly step: number;
      readonly value: number;
    }
  | {
      readonly type: "trial-end";
      readonly trial: FinishedTrial;
      /** Whether it ran here, or was found in the journal. */
      readonly from: "here" | "journal";
    }
  | ({ readonly type: "search-end"; readonly reason: SearchEnd } & SearchResult);
