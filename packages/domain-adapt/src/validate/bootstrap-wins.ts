import { GraftError, randomWords } from "@graft-ml/core";
import { type Matrix, takeRows } from "@graft-ml/core/linalg";
import { checkTable } from "../linalg/check-table.js";

/** The scores of one model on some rows of the target, by validator; higher is better. */
export type RowScorer = (rows: Uint32Array) => Readonly<Record<string, number>>;

export type BootstrapOptions = {
  candidate: RowScorer;
  /** What the candidate is to be better than: usually the model that knows only the source. */
  reference: RowScorer;
  /** Number of target rows N, from which N are drawn each time, with replacement. */
  rows: number;
  /** Default 200. */
  resamples?: number;
  /** Default 0. */
  seed?: number;
};

export type BootstrapWins = {
  /** Share of the resamples in which most validators prefer the candidate; a draw counts half. */
  readonly wins: number;
  /** The same for each validator alone. */
  readonly byValidator: Readonly<Record<string, number>>;
};

/**
 * Whether a candidate is credibly better: both are scored on the same resampled target rows (Efron 1979),
 * and the share that the candidate wins is told. 0.95 and more is credible; 0.5 is a draw. Validators by
 * neighbours see a row that was drawn twice as its own neighbour, in both models alike. Throws
 * `dataset-empty` for no rows, `config-invalid` for no resamples, and `dataset-invalid` for a score of NaN.
 */
export function bootstrapWins(options: BootstrapOptions): BootstrapWins {
  const { candidate, reference, rows, resamples = 200, seed = 0 } = options;
  if (!(rows >= 1 && resamples >= 1)) {
    throw new GraftError(
      rows >= 1 ? "config-invalid" : "dataset-empty",
      `${resamples} resamples of ${rows} rows tell nothing. Ask for one or more of each.`,
      { details: { rows, resamples } },
    );
  }
  const sums = new Map<string, number>();
  let wins = 0;
  for (let step = 0; step < resamples; step++) {
    const words = randomWords({ seed, step, site: "bootstrap" }, rows);
    const drawn = words.map((word) => Math.floor((word / 2 ** 32) * rows));
    const [own, other] = [candidate(drawn), reference(drawn)];
    let votes = 0;
    for (const [name, score] of Object.entries(own)) {
      const vote = compare(score, other[name], name);
      sums.set(name, (sums.get(name) ?? 0) + (1 + vote) / 2);
      votes += vote;
    }
    wins += (1 + Math.sign(votes)) / 2;
  }
  const byValidator = Object.fromEntries(
    [...sums].map(([name, sum]) => [name, sum / resamples] as const),
  );
  return { wins: wins / resamples, byValidator };
}

/** 1 where the candidate's score is higher, -1 where it is lower. */
function compare(own: number, other: number | undefined, name: string): number {
  if (other !== undefined && !Number.isNaN(own) && !Number.isNaN(other)) {
    return own === other ? 0 : Math.sign(own > other ? 1 : -1);
  }
  throw new GraftError(
    "dataset-invalid",
    `The scores ${own} and ${other} by ${name} can't be compared. Leave that validator out.`,
    { details: { name, candidate: own, reference: other } },
  );
}

/**
 * Scores of a model's probabilities (N, C) on chosen rows, by validators of probabilities: what
 * `bootstrapWins` asks for. Throws `dataset-empty` and `dataset-invalid`.
 */
export function rowScorer(
  probabilities: Matrix,
  validators: Readonly<Record<string, (probabilities: Matrix) => number>>,
): RowScorer {
  checkTable("table of probabilities", probabilities);
  return (rows) => {
    const taken = takeRows(probabilities, rows);
    return Object.fromEntries(
      Object.entries(validators).map(([name, score]) => [name, score(taken)] as const),
    );
  };
}
