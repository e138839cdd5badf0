import type { Parameters } from "../space/space.js";
import type { Direction, FinishedTrial, Suggested } from "../trial.js";

/** What makes a search the same search. Plain JSON. */
export type SearchHeader = {
  /** Of the journal's form. */
  readonly version: 1;
  readonly parameters: Parameters;
  /** How many; what they say is not compared. */
  readonly constraints: number;
  readonly seed: number;
  readonly sampler: string;
  readonly pruner: string | null;
  readonly directions: readonly Direction[];
  readonly window: number;
};

/** A trial that has been given out and has not ended. */
export type HeldTrial = Suggested & {
  /** From 1. */
  readonly attempt: number;
  /** By this opening, by another that lives, or by one that has died or left. */
  readonly holder: "ours" | "other" | "lost";
};

/** What is known of a search's trials, by number. */
export type KnownTrials = {
  readonly ended: ReadonlyMap<number, FinishedTrial>;
  readonly held: ReadonlyMap<number, HeldTrial>;
};

/** A search's trials, as a process sees them. Every method may be called while another is under way. */
export type OpenJournal = {
  /** What has been written by now, by anyone. */
  read(): Promise<KnownTrials>;
  /** Takes a trial at an attempt. False: another was first. */
  claim(trial: Suggested, attempt: number): Promise<boolean>;
  /** Keeps a trial for good; of two ends of one trial the first counts. */
  end(trial: FinishedTrial): Promise<void>;
  /** Leaves what is held to others. */
  close(): Promise<void>;
};

/** Where a search is kept, so that it outlives its process and is shared by several. */
export type Journal = {
  /** Throws `search-mismatch` where another search is kept there, naming the difference. */
  open(header: SearchHeader): Promise<OpenJournal>;
};

/** A journal that ends with its process. */
export function memoryJournal(): Journal {
  const ended = new Map<number, FinishedTrial>();
  const held = new Map<number, HeldTrial>();
  return {
    open: async () => {
      const own = new Set<number>();
      return {
        read: async () => ({ ended, held }),
        claim: async (trial, attempt) => {
          own.add(trial.number);
          held.set(trial.number, { ...trial, attempt, holder: "ours" });
          return true;
        },
        end: async (trial) => {
          own.delete(trial.number);
          held.delete(trial.number);
          ended.set(trial.number, trial);
        },
        close: async () => {
          for (const number of own) held.delete(number);
        },
      };
    },
  };
}
