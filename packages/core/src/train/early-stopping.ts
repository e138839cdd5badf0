import { GraftError } from "../errors.js";

export type EarlyStoppingOptions = {
  /** Name of the metric that `evaluate` gives, such as "accuracy". */
  metric: string;
  /** Whether a better value is larger or smaller. */
  mode: "max" | "min";
  /** Epochs in a row that may be no better. Default 5. */
  patience?: number;
  /** How much better is better. Default 0. */
  minDelta?: number;
};

/** Plain data, part of a checkpoint. */
export type EarlyStoppingState = {
  /** Null before the first value. */
  readonly best: number | null;
  /** Where the best value was seen; 0 before. */
  readonly bestEpoch: number;
  readonly bestStep: number;
  /** Epochs since. */
  readonly waited: number;
  readonly stopped: boolean;
};

export type EarlyStopping = {
  readonly start: EarlyStoppingState;
  /** The state after one more epoch; a value that is not a number is no better. */
  next(
    state: EarlyStoppingState,
    seen: { epoch: number; step: number; value: number },
  ): EarlyStoppingState;
};

/** Stops when a metric has not got better for so many epochs. Throws `config-invalid`. */
export function earlyStopping(options: EarlyStoppingOptions): EarlyStopping {
  const { mode, patience = 5, minDelta = 0 } = options;
  if (!Number.isInteger(patience) || patience < 0 || !(minDelta >= 0)) {
    throw new GraftError(
      "config-invalid",
      `Early stopping waits ${patience} epochs for ${minDelta} more; it needs a whole number from 0 and a difference from 0.`,
      { details: { patience, minDelta } },
    );
  }
  const sign = mode === "max" ? 1 : -1;
  const isBetter = (value: number, best: number | null): boolean =>
    best === null ? !Number.isNaN(value) : sign * (value - best) > minDelta;
  return {
    start: { best: null, bestEpoch: 0, bestStep: 0, waited: 0, stopped: false },
    next(state, { epoch, step, value }) {
      if (isBetter(value, state.best)) {
        return { best: value, bestEpoch: epoch, bestStep: step, waited: 0, stopped: false };
      }
      const waited = state.waited + 1;
      return { ...state, waited, stopped: waited > patience };
    },
  };
}
