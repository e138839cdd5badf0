import type { Batches } from "../data/batch.js";
import type { Batch, Session } from "../engine.js";
import { GraftError, isGraftError } from "../errors.js";
import { at, type Schedule } from "../optim/optimizer.js";
import type { Program } from "../program.js";
import { type RatePoint, type RateSuggestion, suggestRate } from "./suggest-rate.js";

export type LrFindOptions = {
  /** Its optimizer makes the updates; nothing of them stays. */
  session: Session;
  program: Program;
  batches: Batches;
  /** The learning rate that the session's optimizer was made with: the test multiplies it to what it needs. */
  rate: Schedule;
  /** First and last rate. Default 1e-7 to 10. */
  from?: number;
  to?: number;
  /** Updates at most; the rate grows by the same factor from each to the next. Default 100. */
  steps?: number;
  /** Stops once the smoothed loss is above so many times its least. Default 4. */
  stopAt?: number;
  /** As in the training to come. Default: no clipping. */
  clipNorm?: number;
  /** Puts everything back and throws `aborted`. */
  signal?: AbortSignal;
};

export type LrFindEvent =
  | ({ readonly type: "lr-find-step"; readonly step: number; readonly steps: number } & RatePoint)
  | {
      readonly type: "lr-find-end";
      /** "diverged" is the usual end; "range" says that every rate was tried. */
      readonly reason: "diverged" | "range";
      readonly curve: readonly RatePoint[];
      /** Undefined where the loss never fell. */
      readonly suggestion?: RateSuggestion;
    };

/** Share of the running loss that an update keeps, as fastai's. */
const KEEP = 0.98;

/**
 * The learning-rate range test (arXiv 1506.01186, section 3.3): updates at a rate that grows from
 * batch to batch until the loss takes off. When it ends, in whatever way, the session is as it was,
 * to the bit. Throws `config-invalid` and `aborted`.
 */
export async function* lrFind(options: LrFindOptions): AsyncGenerator<LrFindEvent, void> {
  const { session, batches } = options;
  check(options);
  const before = await session.snapshot();
  const feed = batches.from(0)[Symbol.asyncIterator]();
  try {
    yield* climb(options, feed, before.step);
  } finally {
    await session.restore(before);
    await feed.return?.();
  }
}

type Feed = AsyncIterator<{ batch: Batch }>;

async function* climb(
  options: LrFindOptions,
  feed: Feed,
  start: number,
): AsyncGenerator<LrFindEvent, void> {
  const { from = 1e-7, to = 10, steps = 100, stopAt = 4, signal } = options;
  const curve: RatePoint[] = [];
  let running = 0;
  let least = Infinity;
  for (let step = 0; step < steps; step++) {
    if (signal?.aborted) throw new GraftError("aborted", `The test was stopped at step ${step}.`);
    const rate = from * (to / from) ** (step / (steps - 1));
    const loss = await update(options, feed, { rate, step: start + step });
    if (loss === undefined) return yield ended("diverged", curve);
    running = KEEP * running + (1 - KEEP) * loss;
    const smoothed = running / (1 - KEEP ** (step + 1));
    const point: RatePoint = { rate, loss, smoothed };
    curve.push(point);
    yield { type: "lr-find-step", step: step + 1, steps, ...point };
    least = Math.min(least, smoothed);
    if (smoothed > stopAt * least && least > 0) return yield ended("diverged", curve);
  }
  yield ended("range", curve);
}

/** The loss before the update; undefined where it or the gradients are not finite. */
async function update(
  { session, program, rate: schedule, clipNorm }: LrFindOptions,
  feed: Feed,
  { rate, step }: { rate: number; step: number },
): Promise<number | undefined> {
  const { done, value } = await feed.next();
  if (done) throw new GraftError("dataset-empty", "The batches ended; they must go on for ever.");
  const own = at(schedule, step);
  if (!(own > 0)) throw noRate(own, step);
  try {
    const clip = clipNorm === undefined ? {} : { clipNorm };
    const options = { ...clip, rateFactor: rate / own };
    return (await session.step(program, value.batch, options)).loss;
  } catch (error) {
    if (isGraftError(error, "loss-not-finite")) return undefined;
    throw error;
  }
}

function ended(reason: "diverged" | "range", curve: readonly RatePoint[]): LrFindEvent {
  const suggestion = suggestRate(curve);
  return { type: "lr-find-end", reason, curve, ...(suggestion && { suggestion }) };
}

function check({ from = 1e-7, to = 10, steps = 100 }: LrFindOptions): void {
  if (from > 0 && to > from && Number.isInteger(steps) && steps > 1) return;
  throw new GraftError(
    "config-invalid",
    `The rates can't go from ${from} to ${to} in ${steps} steps: the first must be above 0, the last above the first, in at least 2 steps.`,
    { details: { from, to, steps } },
  );
}

const noRate = (rate: number, step: number): GraftError =>
  new GraftError(
    "config-invalid",
    `The optimizer's own learning rate is ${rate} at step ${step}, and no factor makes another of it. Open the session with a rate above 0, such as the number 1e-3.`,
    { details: { rate, step } },
  );
