import { mix, randomOf } from "../../random.js";
import type { Asked } from "../../sampler.js";
import type { Space } from "../../space/space.js";
import type { FinishedTrial } from "../../trial.js";
import { encode } from "../encode.js";
import { costOf, rankTrials } from "../rank.js";
import { lambdaOf, type Strategy, strategyOf } from "./strategy.js";
import { type Distribution, roundAbout, update, whiten } from "./update.js";

/** Where a search is: what the next trials are drawn from, and since which trial. */
export type Run = {
  readonly strategy: Strategy;
  readonly distribution: Distribution;
  /** The first trial of the generation. */
  readonly first: number;
  /** Best costs of the last generations of this start, the newest last. */
  readonly bests: readonly number[];
  readonly restarts: number;
};

/** What a replay is about. */
export type Replayed = Pick<Asked, "space" | "directions" | "history" | "seed"> & {
  /** Positions, in the space's order, of the numbers that are evolved. */
  readonly dimensions: readonly number[];
  readonly sigma: number;
  readonly restarts: boolean;
};

type Made = { readonly from: Run; readonly members: readonly FinishedTrial[]; readonly to: Run };

/** By the last trial of a generation: what it led to, and from where. */
const made = new WeakMap<FinishedTrial, Made>();
const beginnings = new WeakMap<Space, Map<string, Run>>();

/** The state after every generation whose trials, counted by their numbers, have all ended. */
export function replay(replayed: Replayed): Run {
  const { history } = replayed;
  let run = begin(replayed);
  for (let at = 0; at + run.strategy.lambda <= history.length; ) {
    const { lambda } = run.strategy;
    const last = history[at + lambda - 1]!;
    // Trials of a generation are numbers in a row: one that is not known yet holds up the rest.
    if (last.number !== run.first + lambda - 1) break;
    const known = made.get(last);
    if (known?.from === run && isAt(history, at, known.members)) {
      run = known.to;
    } else {
      const members = history.slice(at, at + lambda);
      const to = advance(run, members, replayed);
      made.set(last, { from: run, members, to });
      run = to;
    }
    at += lambda;
  }
  return run;
}

function isAt<T>(list: readonly T[], start: number, part: readonly T[]): boolean {
  for (let at = 0; at < part.length; at++) if (list[start + at] !== part[at]) return false;
  return true;
}

function begin({ space, directions, seed, dimensions, sigma, restarts }: Replayed): Run {
  const own = beginnings.get(space) ?? new Map<string, Run>();
  beginnings.set(space, own);
  // One object for each way to begin: what follows from it is found by its identity.
  const key = JSON.stringify([directions, seed, sigma, restarts]);
  const run = own.get(key) ?? {
    strategy: strategyOf(dimensions.length, lambdaOf(dimensions.length)),
    distribution: roundAbout(new Float64Array(dimensions.length).fill(0.5), sigma),
    first: 0,
    bests: [],
    restarts: 0,
  };
  own.set(key, run);
  return run;
}

function advance(run: Run, members: readonly FinishedTrial[], replayed: Replayed): Run {
  const { space, directions, dimensions } = replayed;
  const { lambda } = run.strategy;
  const ranked = rankTrials(members, directions);
  const points = ranked.map(({ params }) =>
    drawIn(run.distribution, pick(encode(space, params), dimensions)),
  );
  const [value] = ranked[0]!.values;
  const cost = value === undefined ? Number.POSITIVE_INFINITY : costOf(value, directions[0]);
  const next: Run = {
    ...run,
    distribution: update(run.distribution, points, run.strategy),
    first: run.first + lambda,
    bests: [...run.bests, cost].slice(-remembered(run.strategy)),
  };
  return replayed.restarts && hasConverged(next) ? restart(next, replayed) : next;
}

/** Generations that must be no better than each other before a search begins anew. */
const remembered = ({ dimension, lambda }: Strategy): number =>
  10 + Math.ceil((30 * dimension) / lambda);

const pick = (point: Float64Array, dimensions: readonly number[]): Float64Array =>
  Float64Array.from(dimensions, (at) => point[at]!);

/**
 * A point as far as the distribution may have drawn it: one that was made before the last generation was known
 * may be anywhere (Hansen 2011, Injecting external solutions into CMA-ES).
 */
function drawIn(distribution: Distribution, point: Float64Array): Float64Array {
  const { mean, sigma } = distribution;
  const step = point.map((x, at) => (x - mean[at]!) / sigma);
  const length = Math.hypot(...whiten(distribution, step));
  const n = mean.length;
  const most = Math.sqrt(n) + (2 * n) / (n + 2);
  return length > most ? mean.map((x, at) => x + (sigma * step[at]! * most) / length) : point;
}

/** Less than a billionth of the space is left to search, or many generations were no better than others. */
function hasConverged({ distribution, bests, strategy }: Run): boolean {
  const { sigma, scales } = distribution;
  if (sigma * Math.max(...scales) < 1e-9) return true;
  if (Math.max(...scales) > 1e7 * Math.min(...scales)) return true;
  return (
    bests.length === remembered(strategy) &&
    Math.max(...bests) - Math.min(...bests) <= 1e-12 * Math.abs(bests[0]!)
  );
}

/** Elsewhere, with twice as many points a generation (Auger and Hansen 2005, IPOP-CMA-ES). */
function restart({ strategy, first, restarts }: Run, { seed, sigma }: Replayed): Run {
  const source = randomOf({ seed: mix(seed), number: restarts, site: "cma-es restart" });
  const mean = Float64Array.from({ length: strategy.dimension }, () => source.uniform());
  const lambda = 2 * strategy.lambda;
  return {
    strategy: strategyOf(strategy.dimension, lambda),
    distribution: roundAbout(mean, sigma),
    first,
    bests: [],
    restarts: restarts + 1,
  };
}
