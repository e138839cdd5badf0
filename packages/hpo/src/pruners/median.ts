import type { Pruner } from "../pruner.js";
import { type PercentileOptions, percentile } from "./percentile.js";

/**
 * Stops a trial whose best value so far is worse than the median of complete trials at the same step: the
 * median stopping rule, with values as they are and not averaged (Golovin et al. 2017, Google Vizier).
 */
export const median = (options: PercentileOptions = {}): Pruner => ({
  ...percentile(50, options),
  name: "median",
});
