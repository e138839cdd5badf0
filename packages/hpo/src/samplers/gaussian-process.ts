import { SearchError } from "../error.js";
import { type Random, randomOf } from "../random.js";
import type { Asked, Sampler } from "../sampler.js";
import type { Params } from "../space/parameter.js";
import { decide, meetsConstraints } from "../space/params.js";
import { unitOf, valueAt } from "../space/unit.js";
import type { FinishedTrial } from "../trial.js";
import { fitProcess } from "./gaussian-process/assume.js";
import { embed, ownersOf } from "./gaussian-process/kernel.js";
import {
  condition,
  expectAt,
  expectedImprovement,
  type Process,
} from "./gaussian-process/regression.js";
import { quasiRandomParams } from "./quasi-random.js";
import { randomParams } from "./random.js";
import { costOf, rankTrials } from "./rank.js";

/** How a Gaussian process begins and what it knows. */
export type GaussianProcessOptions = {
  /** Trials that fill the space before any is modelled. Default 8. */
  readonly startup?: number;
  /** Points that are looked at for each trial. Default 400. */
  readonly candidates?: number;
  /** Trials it learns from: the best half of as many, and the newest. Default 150. */
  readonly most?: number;
};

/**
 * Tries where most improvement is expected (Jones, Schonlau and Welch 1998) by a Gaussian process with
 * Matern's kernel and a length a parameter: for small budgets, as its time grows with the cube of `most`.
 * Pending trials count as if their means had come. Throws `config-invalid` for several objectives.
 */
export function gaussianProcess(options: GaussianProcessOptions = {}): Sampler {
  const settings = { startup: 8, candidates: 400, most: 150, ...options };
  for (const [name, value] of Object.entries(settings)) {
    if (!(Number.isInteger(value) && value > 0)) {
      throw invalid(`A Gaussian process was given ${name} ${value}. Give a whole number above 0.`);
    }
  }
  return {
    name: "gaussian-process",
    suggest(asked) {
      if (asked.directions.length !== 1) {
        throw invalid(
          `A Gaussian process searches for one objective, not ${asked.directions.length}. Use tpe for several.`,
        );
      }
      const complete = asked.history.filter(({ state }) => state === "complete");
      if (complete.length < settings.startup) return quasiRandomParams(asked);
      return suggest(asked, { known: worthKnowing(complete, asked, settings.most), ...settings });
    },
  };
}

type Suggesting = Required<GaussianProcessOptions> & { readonly known: readonly FinishedTrial[] };

function suggest(asked: Asked, { known, candidates }: Suggesting): Params {
  const { space, seed, number, directions, pending } = asked;
  const points = known.map(({ params }) => embed(space, params));
  const values = standardise(known.map(({ values }) => costOf(values[0]!, directions[0])));
  const process = believe(
    fitProcess(points, values, ownersOf(space)),
    values,
    pending.map(({ params }) => embed(space, params)),
  );
  const least = Math.min(...values);
  const source = randomOf({ seed, number, site: "gaussian-process" });
  const best = rankTrials(known, directions).slice(0, 5);
  const gainOf = (params: Params) =>
    expectedImprovement(expectAt(process, embed(space, params)), least);
  const look = (some: readonly Params[]) =>
    some
      .filter((params) => meetsConstraints(space, params))
      .map((params) => ({ params, gain: gainOf(params) }))
      .sort((a, b) => b.gain - a.gain);
  const far = Array.from({ length: candidates / 2 }, () => near(asked, { source, width: 1 }));
  const close = Array.from({ length: candidates / 4 }, (_, at) =>
    near(asked, { source, about: best[at % best.length]!.params, width: 0.2 * 0.5 ** (at % 6) }),
  );
  const found = look([...far, ...close]);
  if (!found[0]) return randomParams(asked, "gaussian-process");
  const around = Array.from({ length: candidates / 4 }, (_, at) =>
    near(asked, {
      source,
      about: found[at % Math.min(3, found.length)]!.params,
      width: 0.1 * 0.5 ** (at % 6),
    }),
  );
  return look([...around, found[0].params])[0]!.params;
}

type Near = { readonly source: Random; readonly about?: Params; readonly width: number };

/** Parameters about others: numbers within a normal step, choices the same more often than not. */
function near({ space }: Asked, { source, about, width }: Near): Params {
  return decide(space, (name, parameter) => {
    const value = about?.[name];
    if (value === undefined) return valueAt(parameter, source.uniform());
    if (parameter.kind === "choice") {
      return source.uniform() < 0.2 ? valueAt(parameter, source.uniform()) : value;
    }
    const place = unitOf(parameter, value) + width * source.normal();
    return valueAt(parameter, Math.min(1, Math.max(0, place)));
  });
}

/** Half of them the best, the other half the newest of the rest, by number. */
function worthKnowing(
  complete: readonly FinishedTrial[],
  { directions }: Asked,
  most: number,
): readonly FinishedTrial[] {
  if (complete.length <= most) return complete;
  const best = new Set(rankTrials(complete, directions).slice(0, Math.ceil(most / 2)));
  const newest = complete.filter((trial) => !best.has(trial)).slice(-Math.floor(most / 2));
  return complete.filter((trial) => best.has(trial) || newest.includes(trial));
}

/** With mean 0 and deviation 1; what is far worse than the middle is told to be less so, as only its order counts. */
function standardise(costs: readonly number[]): readonly number[] {
  const order = costs.toSorted((a, b) => a - b);
  const [least, middle] = [order[0]!, order[Math.floor(order.length / 2)]!];
  const unit = middle - least || 1;
  const bent = costs.map((cost) => {
    const over = (cost - middle) / unit;
    return over > 0 ? Math.log1p(over) : over;
  });
  const mean = bent.reduce((sum, value) => sum + value, 0) / bent.length;
  const variance = bent.reduce((sum, value) => sum + (value - mean) ** 2, 0) / bent.length;
  return bent.map((value) => (value - mean) / (Math.sqrt(variance) || 1));
}

/** A process that has seen its own means at points whose values are still to come (Ginsbourger et al. 2010). */
function believe(
  process: Process,
  values: readonly number[],
  pending: readonly Float64Array[],
): Process {
  if (pending.length === 0) return process;
  const means = pending.map((point) => expectAt(process, point).mean);
  const assumed = { ...process.assumed, noise: Math.max(1e-6, process.assumed.noise) };
  return condition([...process.points, ...pending], [...values, ...means], assumed) ?? process;
}

const invalid = (message: string): SearchError => new SearchError("config-invalid", message);
