import type { Pruner } from "../pruner.js";

/** Stops a trial as soon as one of several would; the first that does says why. */
export const anyOf = (...pruners: readonly Pruner[]): Pruner => ({
  name: `any-of(${pruners.map(({ name }) => name).join(", ")})`,
  prune(judged) {
    for (const pruner of pruners) {
      const reason = pruner.prune(judged);
      if (reason !== undefined) return reason;
    }
    return undefined;
  },
});
