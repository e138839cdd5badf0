import { normalBelow } from "../normal.js";
import type { Conditional } from "../space/space.js";
import { levelsOf, unitOf } from "../space/unit.js";
import type { FinishedTrial } from "../trial.js";
import type { Group } from "./group.js";

/** The part of the trials that counts as the best, and how many at least. */
const BEST = 0.1;
const LEAST_BEST = 5;

/** Cells of a number without steps, or of more steps. */
const CELLS = 50;

/**
 * Of each parameter the Pearson divergence of its values among the best tenth of trials from those among all:
 * PED-ANOVA with the observed trials as the local space (Watanabe, Bansal and Hutter 2023). Trials count by
 * their order alone.
 */
export function pedAnova({ parameters, trials, costs }: Group): readonly number[] {
  const order = [...costs.keys()].sort((a, b) => costs[a]! - costs[b]!);
  const size = Math.max(LEAST_BEST, Math.ceil(BEST * trials.length));
  const limit = costs[order[size - 1]!]!;
  const best = trials.filter((_, at) => costs[at]! <= limit);
  return parameters.map(([name, parameter]) =>
    divergence(density(best, { name, parameter }), density(trials, { name, parameter })),
  );
}

/** The mean of (p / q - 1)^2 under q. */
function divergence(p: readonly number[], q: readonly number[]): number {
  return q.reduce((sum, part, at) => sum + (p[at]! - part) ** 2 / part, 0);
}

type Of = { readonly name: string; readonly parameter: Conditional };

/**
 * How likely each cell of a parameter is: by counts for a choice, for a number by normal kernels cut at its
 * bounds, as wide as Scott's rule says and half a cell at least. One trial more is even over all cells.
 */
function density(trials: readonly FinishedTrial[], { name, parameter }: Of): readonly number[] {
  const levels = levelsOf(parameter);
  const cells = Math.min(levels, parameter.kind === "choice" ? levels : CELLS);
  const places = trials.map(({ params }) => unitOf(parameter, params[name]!));
  const sums = new Array<number>(cells).fill(1 / cells);
  if (parameter.kind === "choice") {
    for (const place of places) sums[Math.min(cells - 1, Math.floor(place * cells))]! += 1;
  } else {
    const width = Math.max(scott(places), 0.5 / cells);
    for (const place of places) addKernel(sums, { place, width });
  }
  return sums.map((sum) => sum / (trials.length + 1));
}

function addKernel(
  sums: number[],
  { place, width }: { readonly place: number; readonly width: number },
): void {
  const below = sums.map((_, at) => normalBelow((at / sums.length - place) / width));
  below.push(normalBelow((1 - place) / width));
  const whole = below.at(-1)! - below[0]!;
  for (let at = 0; at < sums.length; at++) sums[at]! += (below[at + 1]! - below[at]!) / whole;
}

/** Scott's width of kernels in one dimension (1992): 1.059 deviations by the fifth root of the count. */
function scott(places: readonly number[]): number {
  const mean = places.reduce((sum, place) => sum + place, 0) / places.length;
  const squares = places.reduce((sum, place) => sum + (place - mean) ** 2, 0);
  return 1.059 * Math.sqrt(squares / (places.length - 1)) * places.length ** -0.2;
}
