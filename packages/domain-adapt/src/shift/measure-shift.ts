import type { Domains } from "../align/alignment.js";
import { type ADistance, aDistance } from "./a-distance.js";
import { coralDistance } from "./coral-distance.js";
import { type DrawOptions, type RowCounts, rowCounts } from "./draw-rows.js";
import { driftTable, type FeatureDrift } from "./drift-table.js";
import { type Mmd, mmd } from "./mmd.js";
import { type TwoSampleTest, twoSampleTest } from "./two-sample-test.js";

export type MeasureShiftOptions = Domains &
  DrawOptions & {
    /** A name for each feature. Default: their columns. */
    readonly names?: readonly string[];
  };

/** Every measure of a shift of features, as plain JSON. */
export type ShiftMeasures = {
  readonly rows: RowCounts;
  readonly size: number;
  readonly mmd: Mmd;
  readonly coralDistance: number;
  readonly aDistance: ADistance;
  readonly twoSampleTest: TwoSampleTest;
  /** The most different feature first. */
  readonly drift: readonly FeatureDrift[];
};

/**
 * How far features of the target (M, D) are from the source's (N, D), by every measure with its defaults:
 * `mmd`, `coralDistance`, `aDistance`, `twoSampleTest` and `driftTable`. The same seed gives the same
 * numbers. Throws `dataset-empty` or `dataset-invalid` for fewer than five rows, `shape-mismatch` for features
 * of two sizes and `batch-invalid` for numbers that are not finite.
 */
export function measureShift(options: MeasureShiftOptions): ShiftMeasures {
  return {
    rows: rowCounts(options),
    size: options.source.columns,
    mmd: mmd(options),
    coralDistance: coralDistance(options),
    aDistance: aDistance(options),
    twoSampleTest: twoSampleTest(options),
    drift: driftTable(options),
  };
}
