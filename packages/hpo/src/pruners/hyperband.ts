import { SearchError } from "../error.js";
import type { Pruner } from "../pruner.js";
import { randomOf } from "../random.js";
import { checkWhole } from "./reported.js";
import { successiveHalving } from "./successive-halving.js";

/** The resources of a whole trial, in steps. */
export type HyperbandOptions = {
  /** Steps of a trial that is never stopped: R. */
  readonly maxResource: number;
  /** Steps of the first rung. Default 1. */
  readonly minResource?: number;
  /** One in so many goes on from a rung: eta. Default 3. */
  readonly reduction?: number;
};

/**
 * Hyperband (Li et al., JMLR 2018): brackets of successive halving that begin at different rungs. A trial's
 * bracket is drawn from its number and the seed, in proportion to the bracket's trials in the paper; it is
 * compared within its bracket alone, asynchronously.
 */
export function hyperband(options: HyperbandOptions): Pruner {
  const { maxResource, minResource = 1, reduction = 3 } = options;
  checkWhole("reduction", reduction, 2);
  const sizes = bracketSizes({ maxResource, minResource, reduction });
  const brackets = sizes.map((_, skipped) =>
    successiveHalving({ minResource, reduction, skipped }),
  );
  const bracketOf = (number: number, seed: number): number =>
    randomOf({ seed, number, site: "hyperband" }).index(sizes);
  return {
    name: `hyperband(${minResource}, ${maxResource}, ${reduction})`,
    prune(judged) {
      const bracket = bracketOf(judged.trial.number, judged.seed);
      const alike = judged.history.filter(
        (trial) => bracketOf(trial.number, judged.seed) === bracket,
      );
      const reason = brackets[bracket]!.prune({ ...judged, history: alike });
      return reason && `${reason}, bracket ${bracket}`;
    },
  };
}

/** How many trials start in each bracket, those stopped soonest first (Algorithm 1 of the paper). */
export function bracketSizes(options: Required<HyperbandOptions>): readonly number[] {
  const { maxResource, minResource, reduction } = options;
  checkWhole("minResource", minResource, 1);
  checkWhole("maxResource", maxResource, 1);
  if (maxResource < minResource) {
    throw new SearchError(
      "config-invalid",
      `maxResource is ${maxResource}, less than minResource ${minResource}. Give more.`,
    );
  }
  let count = 1;
  while (minResource * reduction ** count <= maxResource) count++;
  return Array.from({ length: count }, (_, skipped) => {
    const rungs = count - 1 - skipped;
    return Math.ceil((count / (rungs + 1)) * reduction ** rungs);
  });
}
