import type { ValidatorName } from "./validators.js";

/** What was found of a candidate; plain JSON. */
export type CandidateRow = {
  readonly name: string;
  readonly seconds: number;
  /** Higher is better. */
  readonly scores: Readonly<Record<ValidatorName, number>>;
  /** The mean of its ranks under the validators, 1 being the best; absent while others are to come. */
  readonly meanRank?: number;
  /** The share of resampled targets whose clusters its classes follow better than those of "source only" do. */
  readonly wins?: number;
  /** Of the target, by its labels: not used in choosing. */
  readonly oracleAccuracy?: number;
};
