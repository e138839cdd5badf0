import type { Params } from "./space/parameter.js";
import type { Space } from "./space/space.js";
import type { Direction, FinishedTrial, Suggested } from "./trial.js";

/** What a suggestion may depend on, and nothing else. */
export type Asked = {
  readonly space: Space;
  /** One an objective. */
  readonly directions: readonly Direction[];
  /** Of the trial that is asked for; the first is 0. */
  readonly number: number;
  readonly seed: number;
  /** The trials that are known to have ended, by number: the same ones at any number of workers. */
  readonly history: readonly FinishedTrial[];
  /** Trials given out before this one of which nothing may be known yet. */
  readonly pending: readonly Suggested[];
};

/**
 * A policy that says what to try next: a pure function of what it is asked. `undefined`: there is nothing
 * left to try (a grid that is used up).
 */
export type Sampler = {
  readonly name: string;
  suggest(asked: Asked): Params | undefined;
};
