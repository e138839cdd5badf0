/**
 * Chance that of so many rows `drawn` out of `all` without replacement at least `least` are among the
 * `marked` ones: Fisher's exact test to one side.
 */
export function hypergeometricTail(counts: {
  readonly all: number;
  readonly marked: number;
  readonly drawn: number;
  readonly least: number;
}): number {
  const { all, marked, drawn, least } = counts;
  const logs = logFactorials(all);
  const choose = (n: number, k: number): number => logs[n]! - logs[k]! - logs[n - k]!;
  const whole = choose(all, drawn);
  const lowest = Math.max(0, drawn - (all - marked));
  if (least <= lowest) return 1;
  let sum = 0;
  for (let hits = least; hits <= Math.min(marked, drawn); hits++) {
    sum += Math.exp(choose(marked, hits) + choose(all - marked, drawn - hits) - whole);
  }
  return Math.min(1, sum);
}

function logFactorials(most: number): Float64Array {
  const logs = new Float64Array(most + 1);
  for (let n = 2; n <= most; n++) logs[n] = logs[n - 1]! + Math.log(n);
  return logs;
}
