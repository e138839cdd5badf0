/** Up to so many pairs of numbers p is exact; of more, its limit is near enough. */
const MOST_PAIRS = 250_000;

type KolmogorovSmirnov = {
  /** The largest difference of the two distribution functions, 0 to 1. */
  readonly statistic: number;
  /** Chance of a statistic at least as large where both are of one continuous distribution. */
  readonly p: number;
};

/**
 * The two-sample test of Kolmogorov and Smirnov, two-sided, of numbers in ascending order: exact up to
 * 250,000 pairs (Hodges 1958), by Kolmogorov's limit above. The limit, or equal numbers among them,
 * make p larger than it is, never smaller.
 */
export function kolmogorovSmirnov(a: Float64Array, b: Float64Array): KolmogorovSmirnov {
  const [n, m] = [a.length, b.length];
  const reach = furthest(a, b);
  const statistic = reach / (n * m);
  const p =
    n * m <= MOST_PAIRS
      ? chanceToReach(reach, n, m)
      : kolmogorovTail(statistic * Math.sqrt((n * m) / (n + m)));
  return { statistic, p };
}

/** The largest |i m - j n|, where i of n and j of m numbers are not above some number: a whole number. */
function furthest(a: Float64Array, b: Float64Array): number {
  const [n, m] = [a.length, b.length];
  let [i, j, most] = [0, 0, 0];
  while (i < n && j < m) {
    const at = Math.min(a[i]!, b[j]!);
    while (i < n && a[i]! === at) i++;
    while (j < m && b[j]! === at) j++;
    most = Math.max(most, Math.abs(i * m - j * n));
  }
  return most;
}

/** Chance that a random order of n and m things ever gets so far from its diagonal. */
function chanceToReach(reach: number, n: number, m: number): number {
  const chances = new Float64Array(m + 1);
  for (let i = 0; i <= n; i++) {
    for (let j = 0; j <= m; j++) {
      const isFar = Math.abs(i * m - j * n) >= reach;
      // Of the orders that end at (i, j), i in i + j came from (i - 1, j): what stands there.
      chances[j] = isFar ? 1 : (i * chances[j]! + j * (chances[j - 1] ?? 0)) / (i + j || 1);
    }
  }
  return chances[m]!;
}

/** 2 sum (-1)^(k - 1) exp(-2 k^2 x^2) (Kolmogorov 1933), or the series that converges faster near 0. */
export function kolmogorovTail(x: number): number {
  if (x < 0.2) return 1;
  let sum = 0;
  if (x < 1) {
    for (let k = 1; k < 20; k += 2) sum += Math.exp(-((k * Math.PI) ** 2) / (8 * x * x));
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
  }
  for (let k = 1; k < 20; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * (k * x) ** 2);
  return sum;
}
