import { GraftError } from "@graft-ml/core";
import { type Matrix, multiplyTransposed, rowOf, takeRows } from "@graft-ml/core/linalg";
import { checkTable } from "../linalg/check-table.js";
import { unitRows } from "../linalg/moments.js";

/** Rows whose neighbours are looked at together, so that memory grows with N and not with its square. */
const BLOCK = 256;

/**
 * Soft neighbourhood density (Saito et al. 2021, equations 2 to 4): the mean entropy, 0 to log(N - 1), of
 * each row's likeness to the others, as softmax(cosine / temperature), itself left out. High where rows
 * lie in dense clusters, and highest where all rows are alike: never choose by it alone. Probabilities
 * (N, C), as in the paper, or features (N, D); the temperature is 0.05 by default. Throws `dataset-empty` for fewer than two rows.
 */
export function neighbourhoodDensityScore(
  rows: Matrix,
  { temperature = 0.05 }: { temperature?: number } = {},
): number {
  checkTable("table", rows);
  const all = unitRows(rows);
  if (all.rows < 2 || !(temperature > 0)) throw noNeighbours(all.rows, temperature);
  let sum = 0;
  for (let from = 0; from < all.rows; from += BLOCK) {
    const own = Array.from({ length: Math.min(BLOCK, all.rows - from) }, (_, i) => from + i);
    sum += blockEntropy(multiplyTransposed(takeRows(all, own), all), { from, temperature });
  }
  return sum / all.rows;
}

function blockEntropy(
  cosines: Matrix,
  { from, temperature }: { from: number; temperature: number },
): number {
  let sum = 0;
  for (let row = 0; row < cosines.rows; row++) {
    const scores = rowOf(cosines, row);
    // Nothing is like it: softmax gives it no share.
    scores[from + row] = -Infinity;
    sum += softmaxEntropy(scores, temperature);
  }
  return sum;
}

/** With weights e = exp(s - top): log(sum of e) - sum of e(s - top) / sum of e. */
function softmaxEntropy(scores: Float64Array, temperature: number): number {
  const top = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  let [sum, moment] = [0, 0];
  for (const score of scores) {
    if (score === -Infinity) continue;
    const power = (score - top) / temperature;
    const weight = Math.exp(power);
    sum += weight;
    moment += weight * power;
  }
  return Math.log(sum) - moment / sum;
}

const noNeighbours = (rows: number, temperature: number): GraftError =>
  rows < 2
    ? new GraftError("dataset-empty", `${rows} row has no neighbours. Pass two rows or more.`, {
        details: { rows },
      })
    : new GraftError(
        "config-invalid",
        `The temperature ${temperature} of the neighbourhoods is not above 0. The paper's is 0.05.`,
        { details: { temperature } },
      );
