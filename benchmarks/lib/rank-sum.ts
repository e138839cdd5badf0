/** Whether values that are better when less are so beside others, at 0.05 to one side each. */
export function notWorse(
  own: readonly number[],
  other: readonly number[],
): "better" | "same" | "worse" {
  if (rankSumZ(own, other) > 1.645) return "better";
  return rankSumZ(other, own) > 1.645 ? "worse" : "same";
}

/**
 * By how many deviations the number of pairs whose first is less is above the half of all (Mann and Whitney
 * 1947), with ties counted as halves and a correction for continuity.
 */
function rankSumZ(own: readonly number[], other: readonly number[]): number {
  const pairs = own
    .flatMap((a) => other.map((b) => (a < b ? 1 : a === b ? 0.5 : 0)))
    .reduce((sum: number, part) => sum + part, 0);
  const [m, n] = [own.length, other.length];
  const counts = new Map<number, number>();
  for (const value of [...own, ...other]) counts.set(value, (counts.get(value) ?? 0) + 1);
  const ties = [...counts.values()].reduce((sum, count) => sum + count ** 3 - count, 0);
  const variance = ((m * n) / 12) * (m + n + 1 - ties / ((m + n) * (m + n - 1)));
  return variance > 0 ? (pairs - (m * n) / 2 - 0.5) / Math.sqrt(variance) : 0;
}
