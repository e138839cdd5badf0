import type { Domains } from "../align/alignment.js";
import { drawRows } from "../linalg/draw-rows.js";
import { checkCount } from "./check-domains.js";

/** How many rows of each domain. */
export type RowCounts = { readonly source: number; readonly target: number };

export type DrawOptions = {
  /** Most rows of each domain that are used; of more, as many are drawn. Default 1000. */
  readonly maxRows?: number;
  /** Of all draws: the same seed gives the same result. Default 0. */
  readonly seed?: number;
};

/** So many rows of each domain, drawn without replacement where there are more. */
export function drawDomains(
  { source, target }: Domains,
  options: DrawOptions & { readonly balanced?: boolean },
): Domains {
  const { maxRows = 1000, seed = 0, balanced = false } = options;
  checkCount("maxRows", maxRows, 2);
  const most = balanced ? Math.min(maxRows, source.rows, target.rows) : maxRows;
  return {
    source: drawRows(source, { most, seed, epoch: 0 }),
    target: drawRows(target, { most, seed, epoch: 1 }),
  };
}

export const rowCounts = ({ source, target }: Domains): RowCounts => ({
  source: source.rows,
  target: target.rows,
});
