/** The constants of a CMA-ES by its dimension and the number of points of a generation. */
export type Strategy = {
  readonly dimension: number;
  readonly lambda: number;
  /** By rank, best first: they sum to 1 where above 0, and the rest are below 0. */
  readonly weights: Float64Array;
  readonly effective: number;
  readonly pathRate: number;
  readonly stepRate: number;
  readonly damping: number;
  readonly rankOneRate: number;
  readonly rankManyRate: number;
  /** The mean length of a normal vector. */
  readonly normalLength: number;
};

/** The default constants of Hansen's tutorial (arXiv 1604.00772), with weights below 0 for the worse half. */
export function strategyOf(dimension: number, lambda: number): Strategy {
  const n = dimension;
  const raw = Array.from(
    { length: lambda },
    (_, at) => Math.log((lambda + 1) / 2) - Math.log(at + 1),
  );
  const half = Math.floor(lambda / 2);
  const [effective, effectiveBelow] = [
    effectiveSize(raw.slice(0, half)),
    effectiveSize(raw.slice(half)),
  ];
  const rankOneRate = 2 / ((n + 1.3) ** 2 + effective);
  const rankManyRate = Math.min(
    1 - rankOneRate,
    (2 * (0.25 + effective + 1 / effective - 2)) / ((n + 2) ** 2 + effective),
  );
  const stepRate = (effective + 2) / (n + effective + 5);
  const below = Math.min(
    1 + rankOneRate / rankManyRate,
    1 + (2 * effectiveBelow) / (effective + 2),
    (1 - rankOneRate - rankManyRate) / (n * rankManyRate),
  );
  const sumOf = (sign: number) => raw.reduce((sum, weight) => sum + Math.max(0, sign * weight), 0);
  const [above, sumBelow] = [sumOf(1), sumOf(-1)];
  return {
    dimension,
    lambda,
    weights: Float64Array.from(raw, (weight) =>
      weight >= 0 ? weight / above : (below * weight) / sumBelow,
    ),
    effective,
    pathRate: (4 + effective / n) / (n + 4 + (2 * effective) / n),
    stepRate,
    damping: 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + stepRate,
    rankOneRate,
    rankManyRate,
    normalLength: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  };
}

/** The points of a generation by default: 4 + floor(3 ln n). */
export const lambdaOf = (dimension: number): number => 4 + Math.floor(3 * Math.log(dimension));

const effectiveSize = (weights: readonly number[]): number => {
  const squares = weights.reduce((sum, weight) => sum + weight * weight, 0);
  return weights.reduce((sum, weight) => sum + weight, 0) ** 2 / squares;
};
