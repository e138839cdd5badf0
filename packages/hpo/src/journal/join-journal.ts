import { randomUUID } from "node:crypto";
import type { HeldTrial, OpenJournal, SearchHeader } from "../search/journal.js";
import { corrupt, type Lines } from "./line-file.js";
import { checkSame } from "./mismatch.js";
import { ownMark, stateOf } from "./process-mark.js";
import {
  applyRecord,
  type Claim,
  emptyReplay,
  type JournalRecord,
  type Replay,
} from "./records.js";

/** Who joins a search. */
export type Joining = {
  /** Of the journal, for messages. */
  readonly path: string;
  /** Milliseconds. */
  readonly lease: number;
  readonly lines: Lines;
  readonly header: SearchHeader;
};

/** Joins the search whose records these lines are, or begins it. Throws `search-mismatch` and `journal-corrupt`. */
export async function joinJournal({ path, lease, lines, header }: Joining): Promise<OpenJournal> {
  const by = randomUUID();
  const log = logOf(path, lines);
  await log.read();
  if (!log.replay.header) await log.write({ type: "search", header });
  if (!log.replay.header) throw corrupt(path, "doesn't keep what is written to it.");
  checkSame(path, log.replay.header, header);
  await log.write({ type: "join", by, process: ownMark() });
  let failure: unknown;
  const pulse = setInterval(() => {
    log.beat(by).catch((error: unknown) => {
      failure ??= error;
    });
  }, lease / 3);
  pulse.unref();
  const holderOf = holdersOf(log.replay, { by, lease });

  return {
    async read() {
      if (failure) throw failure;
      await log.read();
      const held = [...log.replay.claims.values()].map(
        ({ trial, attempt, by }): [number, HeldTrial] => [
          trial.number,
          { ...trial, attempt, holder: holderOf(by) },
        ],
      );
      return { ended: log.replay.ended, held: new Map(held) };
    },
    async claim(trial, attempt) {
      await log.write({ type: "claim", by, attempt, trial });
      const claim = log.replay.claims.get(trial.number);
      return isSame(claim, { by, attempt });
    },
    async end(trial) {
      for (let tries = 0; tries < 3; tries++) {
        await log.write({ type: "end", by, trial });
        if (log.replay.ended.has(trial.number)) return;
      }
      throw corrupt(
        path,
        "doesn't keep what is written to it. Put it where it does, such as a local disk.",
      );
    },
    async close() {
      clearInterval(pulse);
      await log.write({ type: "leave", by }).finally(() => lines.close());
    },
  };
}

const isSame = (claim: Claim | undefined, own: Pick<Claim, "by" | "attempt">): boolean =>
  claim?.by === own.by && claim.attempt === own.attempt;

/** A journal's lines and what they amount to, one thing after the other. */
function logOf(path: string, lines: Lines) {
  const replay = emptyReplay();
  let last: Promise<unknown> = Promise.resolve();
  const next = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
  const take = async (): Promise<void> => {
    const now = performance.now();
    const records = (await lines.readNew()) as readonly JournalRecord[];
    for (const record of records) {
      applyRecord(replay, record, now);
      if (!replay.header) throw corrupt(path, "has lost its first line. Give another path.");
    }
  };
  return {
    replay,
    read: () => next(take),
    /** Others' lines before it are known when this resolves. */
    write: (record: JournalRecord) => next(() => lines.append(record).then(take)),
    beat: (by: string) => next(() => lines.append({ type: "beat", by }, { sync: false })),
  };
}

type Self = { readonly by: string; readonly lease: number };

/** Who holds a trial. A process of this host is looked at, at most twice a second; one of another is listened for. */
function holdersOf(replay: Replay, self: Self): (by: string) => HeldTrial["holder"] {
  const looks = new Map<
    string,
    { readonly at: number; readonly state: ReturnType<typeof stateOf> }
  >();
  const look = (by: string, now: number): ReturnType<typeof stateOf> => {
    const before = looks.get(by);
    if (before && now - before.at < 500) return before.state;
    const mark = replay.processes.get(by);
    const state = mark ? stateOf(mark) : "unknown";
    looks.set(by, { at: now, state });
    return state;
  };
  return (by) => {
    if (by === self.by) return "ours";
    if (replay.left.has(by)) return "lost";
    const now = performance.now();
    const state = look(by, now);
    if (state !== "unknown") return state === "alive" ? "other" : "lost";
    return now - (replay.heard.get(by) ?? now) > self.lease ? "lost" : "other";
  };
}
