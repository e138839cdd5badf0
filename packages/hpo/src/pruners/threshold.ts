import { SearchError } from "../error.js";
import type { Pruner } from "../pruner.js";
import { checkPace, isDue, type Pace } from "./reported.js";

/** What values may be. */
export type ThresholdOptions = Pace & {
  /** Stops below it. Default none. */
  readonly lower?: number;
  /** Stops above it. Default none. */
  readonly upper?: number;
};

/** Stops a trial whose last value is outside two bounds, or NaN. Throws `config-invalid` without a bound. */
export function threshold(options: ThresholdOptions): Pruner {
  const { lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY } = options;
  if (!(lower <= upper) || (options.lower === undefined && options.upper === undefined)) {
    throw new SearchError(
      "config-invalid",
      `A threshold has lower ${options.lower} and upper ${options.upper}. Give one of them, or both in order.`,
    );
  }
  checkPace(options);
  return {
    name: `threshold(${lower}, ${upper})`,
    prune({ reports }) {
      if (!isDue(reports, options)) return undefined;
      const { step, value } = reports.at(-1)!;
      if (value >= lower && value <= upper) return undefined;
      return `${value} at step ${step} is outside ${lower} to ${upper}`;
    },
  };
}
