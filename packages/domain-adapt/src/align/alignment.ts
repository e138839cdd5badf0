import { GraftError } from "@graft-ml/core";
import type { Matrix } from "@graft-ml/core/linalg";

/** Rows of two domains with the same features: source (N, D), target (M, D). */
export type Domains = { readonly source: Matrix; readonly target: Matrix };

/** Rows x to xA + b: A is (D, K), b is (K). */
export type LinearMap = { readonly weight: Matrix; readonly bias: Float64Array };

/** Both domains where they are alike: a classifier that learns from the source's rows serves the target's. */
export type Alignment = {
  /** (N, K) */
  readonly source: Matrix;
  /** (M, K) */
  readonly target: Matrix;
  /** What takes rows of the target that were not seen there; absent where they stay as they are. */
  readonly map?: LinearMap;
};

/** Throws `dataset-empty` for a domain without rows, `shape-mismatch` for features that differ, `batch-invalid` for numbers that are not finite. */
export function checkDomains({ source, target }: Domains): void {
  checkRows("source", source);
  checkRows("target", target);
  if (source.columns === target.columns) return;
  throw new GraftError(
    "shape-mismatch",
    `The source's rows have ${source.columns} features, the target's ${target.columns}. Give features of the same layer of the same network.`,
    { details: { source: source.columns, target: target.columns } },
  );
}

function checkRows(domain: string, { rows, columns, data }: Matrix): void {
  if (rows < 2) {
    throw new GraftError(
      "dataset-empty",
      `The ${domain} has ${rows} rows; a domain is known by two at least.`,
      { details: { domain, rows } },
    );
  }
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  const [row, column] = [Math.floor(at / columns), at % columns];
  throw new GraftError(
    "batch-invalid",
    `Row ${row} of the ${domain} has ${data[at]} as feature ${column}. Look at its sample, or leave it out.`,
    { details: { domain, row, column, value: data[at] } },
  );
}
