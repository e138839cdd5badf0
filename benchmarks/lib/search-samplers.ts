import { cmaEs, type FinishedTrial, type Sampler, tpe } from "@graft-ml/hpo";
import { searchFunctions } from "./search-functions.js";

const SAMPLERS: Readonly<Record<string, () => Sampler>> = { tpe, "cma-es": cmaEs };

/** After how many trials the best value is looked at. */
export const BUDGETS = [25, 50, 100, 200] as const;

type Where = { readonly table: string };

type Searched = {
  readonly sampler: Sampler;
  readonly name: string;
  readonly seed: number;
  /** Trial n knows the ends of trials 0 to n - window. Default 1: of all before it. */
  readonly window?: number;
};

/** Trials one after the other, each with what its suggestion took in milliseconds. */
async function* searched({ sampler, name, seed, window = 1 }: Searched, { table }: Where) {
  const { space, value } = (await searchFunctions(table))(name, seed);
  const trials: FinishedTrial[] = [];
  for (let number = 0; ; number++) {
    const known = Math.max(0, number - window + 1);
    const start = performance.now();
    const params = sampler.suggest({
      space,
      directions: ["minimize"],
      number,
      seed,
      history: trials.slice(0, known),
      pending: trials.slice(known).map(({ number, params }) => ({ number, params })),
    })!;
    const ms = performance.now() - start;
    const cost = value(params);
    trials.push({ number, params, state: "complete", values: [cost], reports: [] });
    yield { number, cost, ms };
  }
}

/** The best value of each seed after each budget. */
export async function bestValues(
  sampler: string,
  name: string,
  { seeds, table, window = 1 }: Where & { readonly seeds: number; readonly window?: number },
): Promise<{ best: number[][] }> {
  const best: number[][] = [];
  for (let seed = 0; seed < seeds; seed++) {
    const own: number[] = [];
    let least = Number.POSITIVE_INFINITY;
    for await (const { number, cost } of searched(
      { sampler: SAMPLERS[sampler]!(), name, seed, window },
      { table },
    )) {
      least = Math.min(least, cost);
      if (BUDGETS.some((budget) => budget === number + 1)) own.push(least);
      if (number + 1 === BUDGETS.at(-1)) break;
    }
    best.push(own);
  }
  return { best };
}

/** What a hundred suggestions take on ackley after so many trials, in milliseconds. */
export async function overhead(
  sampler: string,
  { trials, table }: Where & { readonly trials: number },
): Promise<{ ms: number[] }> {
  const ms: number[] = [];
  const search = searched({ sampler: SAMPLERS[sampler]!(), name: "ackley", seed: 0 }, { table });
  for await (const trial of search) {
    if (trial.number >= trials) ms.push(trial.ms);
    if (ms.length === 100) break;
  }
  return { ms };
}
