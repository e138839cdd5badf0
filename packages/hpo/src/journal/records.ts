import type { SearchHeader } from "../search/journal.js";
import type { FinishedTrial, Suggested } from "../trial.js";
import type { ProcessMark } from "./process-mark.js";

/** The lines of a journal. `by` names an opening of it. */
export type JournalRecord =
  /** The first one says what is searched. */
  | { readonly type: "search"; readonly header: SearchHeader }
  | { readonly type: "join"; readonly by: string; readonly process: ProcessMark }
  | {
      readonly type: "claim";
      readonly by: string;
      readonly attempt: number;
      readonly trial: Suggested;
    }
  | { readonly type: "end"; readonly by: string; readonly trial: FinishedTrial }
  | { readonly type: "beat"; readonly by: string }
  | { readonly type: "leave"; readonly by: string };

/** A trial that has been given out: the claim that counts. */
export type Claim = Extract<JournalRecord, { readonly type: "claim" }>;

/** What the lines read so far amount to. */
export type Replay = {
  header: SearchHeader | undefined;
  readonly ended: Map<number, FinishedTrial>;
  /** Of trials that have not ended. */
  readonly claims: Map<number, Claim>;
  readonly processes: Map<string, ProcessMark>;
  readonly left: Set<string>;
  /** When an opening was last heard of, by this process's own clock, so that no two clocks are compared. */
  readonly heard: Map<string, number>;
};

/** Before the first line. */
export const emptyReplay = (): Replay => ({
  header: undefined,
  ended: new Map(),
  claims: new Map(),
  processes: new Map(),
  left: new Set(),
  heard: new Map(),
});

/**
 * Takes one more line. The order of lines in the file is the same for all who read it, so that all agree on
 * which of two headers, claims or ends was first.
 */
export function applyRecord(replay: Replay, record: JournalRecord, now: number): void {
  if (record.type === "search") {
    replay.header ??= record.header;
    return;
  }
  replay.heard.set(record.by, now);
  if (record.type === "join") replay.processes.set(record.by, record.process);
  else if (record.type === "leave") replay.left.add(record.by);
  else if (record.type === "claim") applyClaim(replay, record);
  else if (record.type === "end") applyEnd(replay, record.trial);
}

/** Only the attempt that follows the last one counts: two that take over the same trial can't both have it. */
function applyClaim({ ended, claims }: Replay, claim: Claim): void {
  const { number } = claim.trial;
  const attempts = claims.get(number)?.attempt ?? 0;
  if (!ended.has(number) && claim.attempt === attempts + 1) claims.set(number, claim);
}

function applyEnd({ ended, claims }: Replay, trial: FinishedTrial): void {
  if (!ended.has(trial.number)) ended.set(trial.number, trial);
  claims.delete(trial.number);
}
