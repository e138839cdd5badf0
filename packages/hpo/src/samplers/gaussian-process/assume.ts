import { condition, type Process } from "./regression.js";

/** What lengths and noise begin with, and what is tried around it, as powers of e. */
const LENGTH = 0.5;
const NOISE = 1e-4;
const LENGTHS = [Math.log(0.03), Math.log(10)] as const;
const NOISES = [Math.log(1e-6), Math.log(0.3)] as const;
const FIRST_STEP = 1;
const ROUNDS = 6;

/**
 * The process whose length a parameter and noise make the values likeliest, with lengths expected about half
 * a range and noise about a ten thousandth: a search along one at a time, with steps that halve.
 */
export function fitProcess(
  points: readonly Float64Array[],
  values: readonly number[],
  owners: readonly number[],
): Process {
  const count = Math.max(...owners) + 1;
  const bounds = [...new Array(count).fill(LENGTHS), NOISES] as (readonly [number, number])[];
  const middle = [...new Array<number>(count).fill(Math.log(LENGTH)), Math.log(NOISE)];
  const at = (logs: readonly number[]): { score: number; process: Process | undefined } => {
    const lengths = owners.map((owner) => Math.exp(logs[owner]!));
    const process = condition(points, values, { lengths, noise: Math.exp(logs[count]!) });
    const off = logs.reduce(
      (sum, log, k) => sum + ((log - middle[k]!) / (k < count ? 1 : 2)) ** 2,
      0,
    );
    return {
      score: process ? process.logLikelihood - 0.5 * off : Number.NEGATIVE_INFINITY,
      process,
    };
  };
  let [logs, best] = [middle, at(middle)];
  for (let round = 0, step = FIRST_STEP; round < ROUNDS; round++, step /= 2) {
    for (let dimension = 0; dimension <= count; dimension++) {
      for (const move of [-step, step]) {
        const [low, high] = bounds[dimension]!;
        const moved = logs.with(dimension, Math.min(high, Math.max(low, logs[dimension]! + move)));
        const found = at(moved);
        if (found.score > best.score) [logs, best] = [moved, found];
      }
    }
  }
  // The first has noise enough for any points.
  return (
    best.process ?? condition(points, values, { lengths: owners.map(() => LENGTH), noise: 0.3 })!
  );
}
