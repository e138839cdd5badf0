import { SearchError } from "../error.js";
import type { FinishedTrial, Report } from "../trial.js";
import type { SearchEvent } from "./events.js";
import type { OpenJournal } from "./journal.js";
import type { NextTrial } from "./next-trial.js";
import type { SearchPlan } from "./options.js";
import { queue } from "./queue.js";
import { runTrial } from "./run-trial.js";

/** The trials under way in this process. */
export type Crew = {
  /** What has happened since this was last asked. */
  heard(): readonly SearchEvent[];
  /** While there is nothing new, as many are under way, and `milliseconds`, where given, haven't passed. */
  pause(busy: number, milliseconds?: number): Promise<void>;
  /** The numbers of trials that ended here, with what they threw. */
  readonly ran: ReadonlyMap<number, unknown>;
  size(): number;
  /** Claims a trial and starts it, unless another was first. */
  start(next: NextTrial): Promise<void>;
  /** Throws `aborted`, or what went wrong with the journal or was fatal in a trial. */
  check(): void;
  /** When none is under way. */
  idle(): Promise<void>;
};

/** A crew without work. After an abort of its signal it keeps nothing more. */
export function crewOf(plan: SearchPlan, journal: OpenJournal, signal: AbortSignal): Crew {
  // `undefined` wakes who waits.
  const events = queue<SearchEvent | undefined>();
  const ran = new Map<number, unknown>();
  const running = new Map<number, Promise<void>>();
  let broken: { readonly error: unknown } | undefined;
  const stops = new Set<AbortController>();
  signal.addEventListener("abort", () => {
    for (const stop of stops) stop.abort(signal.reason);
    events.put(undefined);
  });

  /** Each has a signal of its own: thousands of listeners to one would be kept. */
  const stoppable = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const stop = new AbortController();
    if (signal.aborted) stop.abort(signal.reason);
    stops.add(stop);
    return await work(stop.signal).finally(() => stops.delete(stop));
  };

  /** Until it ends, or its worker was lost too often. */
  const run = async (next: NextTrial): Promise<void> => {
    const { number, params } = next.trial;
    for (let lost = 0; ; lost++) {
      const attempt = next.attempt + lost;
      events.put({ type: "trial-start", number, params, attempt });
      const tell = (report: Report) => events.put({ type: "trial-report", number, ...report });
      const outcome = await stoppable((signal) =>
        runTrial(plan, { ...next, attempt, signal, tell }),
      );
      if (outcome.kind === "aborted") return;
      if (outcome.kind === "lost" && lost < plan.retries) continue;
      ran.set(number, outcome.error);
      await journal.end(outcome.kind === "ended" ? outcome.trial : lostTrial(next, outcome.error));
      return;
    }
  };

  return {
    heard: () => events.drain().filter((event) => event !== undefined),
    async pause(busy, milliseconds) {
      if (running.size === busy && !signal.aborted) await events.wait(milliseconds);
    },
    ran,
    size: () => running.size,
    async start(next) {
      if (!(await journal.claim(next.trial, next.attempt))) return;
      const { number } = next.trial;
      const work = run(next)
        .catch((error: unknown) => {
          broken ??= { error };
        })
        .finally(() => {
          running.delete(number);
          events.put(undefined);
        });
      running.set(number, work);
    },
    check() {
      if (broken) throw broken.error;
      if (!signal.aborted) return;
      throw new SearchError(
        "aborted",
        "The search was aborted. What has ended is in its journal, if it has one: search again to go on.",
        { cause: plan.signal?.reason },
      );
    },
    async idle() {
      await Promise.all(running.values());
    },
  };
}

const lostTrial = ({ trial }: NextTrial, error: SearchError): FinishedTrial => ({
  ...trial,
  state: "failed",
  values: [],
  reports: [],
  reason: error.message,
});
