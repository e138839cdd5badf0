import { GraftError } from "@graft-ml/core";
import type { Matrix } from "@graft-ml/core/linalg";
import type { Domains } from "../align/alignment.js";
import { benjaminiHochberg } from "./benjamini-hochberg.js";
import { checkCount, requireRows } from "./check-domains.js";
import { kolmogorovSmirnov } from "./kolmogorov-smirnov.js";
import { populationStability } from "./population-stability.js";

/** How one feature differs between the domains. */
export type FeatureDrift = {
  /** Its name, or its column where none was given. */
  readonly feature: string | number;
  readonly source: FeatureMoments;
  readonly target: FeatureMoments;
  /** Target's mean less source's, over the root of the mean variance; null where neither varies but they differ. */
  readonly standardisedDifference: number | null;
  /** Largest difference of the distribution functions, 0 to 1. */
  readonly ks: number;
  /** Of the Kolmogorov-Smirnov test, and corrected for the number of features (Benjamini and Hochberg 1995). */
  readonly p: number;
  readonly correctedP: number;
  /** Population stability index, over bins of equal shares of the source. */
  readonly stabilityIndex: number;
};

export type FeatureMoments = {
  readonly mean: number;
  /** Over N - 1. */
  readonly deviation: number;
};

export type DriftTableOptions = Domains & {
  /** A name for each feature. Default: their columns. */
  readonly names?: readonly string[];
  /** Bins of the stability index. Default 10. */
  readonly bins?: number;
};

/**
 * How each feature of (N, D) and (M, D) differs between the domains, by itself, the most different (by
 * Kolmogorov and Smirnov) first. Throws as `measureShift`, and `shape-mismatch` for a wrong number of names.
 */
export function driftTable(options: DriftTableOptions): FeatureDrift[] {
  const { source, target, names, bins = 10 } = options;
  requireRows(options, 2);
  checkCount("bins", bins, 2);
  checkNames(names, source.columns);
  const drifts = Array.from({ length: source.columns }, (_, column) => ({
    feature: names?.[column] ?? column,
    ...driftOf(sortedColumn(source, column), sortedColumn(target, column), bins),
  }));
  const corrected = benjaminiHochberg(drifts.map(({ p }) => p));
  return drifts
    .map((drift, at) => ({ ...drift, correctedP: corrected[at]! }))
    .sort((a, b) => b.ks - a.ks);
}

function driftOf(source: Float64Array, target: Float64Array, bins: number) {
  const [own, other] = [momentsOf(source), momentsOf(target)];
  const { statistic, p } = kolmogorovSmirnov(source, target);
  return {
    source: own,
    target: other,
    standardisedDifference: standardised(own, other),
    ks: statistic,
    p,
    stabilityIndex: populationStability(source, target, bins),
  };
}

function standardised(a: FeatureMoments, b: FeatureMoments): number | null {
  const scale = Math.sqrt((a.deviation ** 2 + b.deviation ** 2) / 2);
  if (scale > 0) return (b.mean - a.mean) / scale;
  return a.mean === b.mean ? 0 : null;
}

function momentsOf(sorted: Float64Array): FeatureMoments {
  // Of equal numbers the mean is exact, and nothing varies.
  if (sorted[0] === sorted.at(-1)) return { mean: sorted[0]!, deviation: 0 };
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (sorted.length - 1)) };
}

const sortedColumn = ({ rows, columns, data }: Matrix, column: number): Float64Array =>
  Float64Array.from({ length: rows }, (_, row) => data[row * columns + column]!).sort();

function checkNames(names: readonly string[] | undefined, columns: number): void {
  if (names === undefined || names.length === columns) return;
  throw new GraftError(
    "shape-mismatch",
    `${columns} features have ${names.length} names. Give one for each, in the order of the columns.`,
    { details: { columns, names: names.length } },
  );
}
