import { GraftError } from "../errors.js";

export type PlateauOptions = {
  /** Whether a better value is larger or smaller. Default "min". */
  mode?: "max" | "min";
  /** What the rate is multiplied by when nothing gets better. Default 0.1. */
  factor?: number;
  /** Values in a row that may be no better. Default 10. */
  patience?: number;
  /** How much better is better. Default 1e-4. */
  threshold?: number;
  /** Whether `threshold` is a share of the best value or a distance from it. Default "relative". */
  thresholdMode?: "relative" | "absolute";
  /** Values after a change that count for nothing. Default 0. */
  cooldown?: number;
  /** The least that the rate is multiplied by in all. Default 0. */
  minFactor?: number;
};

/** Plain data, part of a checkpoint. */
export type PlateauState = {
  /** What the rate is multiplied by. */
  readonly factor: number;
  /** Null before the first value. */
  readonly best: number | null;
  /** Values since, and values still to be let pass. */
  readonly waited: number;
  readonly cooling: number;
};

export type PlateauSchedule = {
  readonly start: PlateauState;
  /** The state after one more value; one that is not a number is no better. */
  next(state: PlateauState, value: number): PlateauState;
};

/**
 * Lowers the rate when a value stops getting better, as torch's ReduceLROnPlateau (without its `eps`).
 * Throws `config-invalid`.
 */
export function plateauSchedule(options: PlateauOptions = {}): PlateauSchedule {
  const { factor = 0.1, patience = 10, cooldown = 0, minFactor = 0 } = options;
  if (!(factor > 0 && factor < 1)) {
    throw new GraftError(
      "config-invalid",
      `A plateau multiplies the rate by ${factor}; the factor must be between 0 and 1, such as 0.1.`,
      { details: { factor } },
    );
  }
  return {
    start: { factor: 1, best: null, waited: 0, cooling: 0 },
    next(state, value) {
      const better = isBetter(options, value, state.best);
      const cooling = Math.max(state.cooling - 1, 0);
      const waited = better || state.cooling > 0 ? 0 : state.waited + 1;
      const best = better ? value : state.best;
      if (waited <= patience) return { ...state, best, waited, cooling };
      const lower = Math.max(state.factor * factor, minFactor);
      return { factor: lower, best, waited: 0, cooling: cooldown };
    },
  };
}

function isBetter(options: PlateauOptions, value: number, best: number | null): boolean {
  const { mode = "min", threshold = 1e-4, thresholdMode = "relative" } = options;
  if (best === null) return !Number.isNaN(value);
  const step = thresholdMode === "relative" ? threshold * best : threshold;
  return mode === "min" ? value < best - step : value > best + step;
}
