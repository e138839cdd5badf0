import { normalValues } from "@graft-ml/core";
import { type Matrix, mapMatrix } from "@graft-ml/core/linalg";
import { formulaValues } from "@graft-ml/core/testing";
import type { Domains } from "../align/alignment.js";

/** The matrix that golden scripts make of a name. */
export const formulaMatrix = (
  name: string,
  [rows, columns]: readonly [number, number],
  [low, high]: readonly [number, number] = [-1, 1],
): Matrix => ({
  rows,
  columns,
  data: Float64Array.from(formulaValues(name, rows * columns, low, high)),
});

/** What `domains` of `scripts/golden/shift.py` makes. */
export function goldenDomains(name: string, n: number, m: number, d: number): Domains {
  const moved = (value: number, _: number, column: number): number =>
    column === 0 ? value + 0.5 : value * (column === 1 ? 2 : 1);
  return {
    source: formulaMatrix(`${name} source`, [n, d]),
    target: mapMatrix(formulaMatrix(`${name} target`, [m, d]), moved),
  };
}

export const normalMatrix = (rows: number, columns: number, seed: number): Matrix => ({
  rows,
  columns,
  data: Float64Array.from(normalValues({ seed, site: "shift" }, rows * columns)),
});

/** Two samples of one normal distribution, or the target's moved along its first feature. */
export const normalDomains = (
  rows: number,
  columns: number,
  { seed, moved = 0 }: { seed: number; moved?: number },
): Domains => ({
  source: normalMatrix(rows, columns, 2 * seed),
  target: mapMatrix(normalMatrix(rows, columns, 2 * seed + 1), (value, _, column) =>
    column === 0 ? value + moved : value,
  ),
});
