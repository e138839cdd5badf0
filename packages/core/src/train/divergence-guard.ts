export type DivergenceOptions = {
  /** What the learning rate is multiplied by each time. Default 0.5. */
  factor?: number;
  /** How many times in all to go back before giving up. Default 4. */
  tries?: number;
  /**
   * A loss has exploded when its running mean (over some ten updates) is above this many times the mean
   * of the run's first ten losses. Default 10.
   */
  explosion?: number;
};

/** Plain data, part of a checkpoint. */
export type DivergenceState = {
  /** What the rate is multiplied by after the divergences so far, and how many these were. */
  readonly rateFactor: number;
  readonly tries: number;
  /** Losses seen, the mean of the first ten, and the running sum of all. */
  readonly count: number;
  readonly level: number;
  readonly recent: number;
  /** False while the loss runs well above where it started: nothing to go back to later. */
  readonly settled: boolean;
};

export const divergenceStart: DivergenceState = {
  rateFactor: 1,
  tries: 0,
  count: 0,
  level: 0,
  recent: 0,
  settled: true,
};

const FIRST = 10;
const KEEP = 0.9;

/** The state after one more update's loss. */
export function watchLoss(state: DivergenceState, loss: number): DivergenceState {
  const count = state.count + 1;
  const recent = KEEP * state.recent + (1 - KEEP) * loss;
  const level = count <= FIRST ? state.level + (loss - state.level) / count : state.level;
  // Against the losses before this one: when a loss takes off at once, it would raise its own measure.
  const settled = state.count === 0 || meanOf({ recent, count }) <= 2 * state.level;
  return { ...state, count, recent, level, settled };
}

/** The running mean, as if it had not started at 0. */
const meanOf = ({ recent, count }: Pick<DivergenceState, "recent" | "count">): number =>
  recent / (1 - KEEP ** count);

/** Losses that start at 0 or below never explode. */
export function hasExploded(
  { count, level, recent }: DivergenceState,
  { explosion = 10 }: DivergenceOptions = {},
): boolean {
  return count > FIRST && level > 0 && meanOf({ recent, count }) > explosion * level;
}
