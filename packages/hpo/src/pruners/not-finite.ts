import type { Pruner } from "../pruner.js";

/** Stops a trial whose last value is NaN or infinite; without it, such a trial has failed. */
export const notFinite = (): Pruner => ({
  name: "not-finite",
  prune({ reports }) {
    const last = reports.at(-1);
    if (!last || Number.isFinite(last.value)) return undefined;
    return `${last.value} at step ${last.step} is not finite`;
  },
});
