export type Pace = {
  /** Tells of one more update; returns what `step-end` says about speed. */
  tick(input: { samples: number; stepsLeft: number }): {
    samplesPerSecond: number;
    secondsLeft: number;
  };
  /** Seconds since the start. */
  seconds(): number;
};

/** Weight of the newest update in the running mean of update times: old speeds fade in some twenty steps. */
const fade = 0.1;

/** Measures speed between updates, loading included. `now` is in milliseconds. */
export function createPace(now: () => number = () => performance.now()): Pace {
  const start = now();
  let last = start;
  let typical: number | undefined;
  return {
    tick({ samples, stepsLeft }) {
      const time = now();
      const took = Math.max(time - last, 1e-3) / 1000;
      last = time;
      typical = typical === undefined ? took : typical + fade * (took - typical);
      return { samplesPerSecond: samples / took, secondsLeft: typical * stepsLeft };
    },
    seconds: () => (now() - start) / 1000,
  };
}
