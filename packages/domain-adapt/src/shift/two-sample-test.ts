import { stratifiedSplit } from "@graft-ml/core";
import {
  type DomainClassifierOptions,
  domainRows,
  tellDomains,
  wrongOf,
} from "./domain-classifier.js";
import { hypergeometricTail } from "./hypergeometric.js";

export type TwoSampleTest = {
  /** Of held-out rows, as many of each domain: 0.5 where the domains can't be told apart. */
  readonly accuracy: number;
  /** Chance of an accuracy at least as high where both domains are the same: Fisher's exact test. */
  readonly p: number;
  readonly heldOutRows: number;
  readonly trainRows: number;
};

/** Fewer of each domain can't be divided into two halves that say anything. */
const FEWEST = 4;

/**
 * Classifier two-sample test (Lopez-Paz and Oquab 2017): the accuracy of a logistic regression on
 * half the rows that learned to tell features (N, D) from (M, D) on the other half. The halves hold set
 * numbers of each domain, so its exact distribution is hypergeometric; the paper's normal one is its limit.
 * Throws as `measureShift`.
 */
export function twoSampleTest(options: DomainClassifierOptions): TwoSampleTest {
  const { seed = 0, strength } = options;
  const rows = domainRows(options, FEWEST);
  const fold = stratifiedSplit(rows.labels, { validation: 0.5, seed });
  const told = tellDomains(rows, fold, strength);
  const heldOutRows = fold.validation.length;
  return {
    accuracy: 1 - wrongOf(told) / heldOutRows,
    p: hypergeometricTail({
      all: heldOutRows,
      marked: told.targetRows,
      drawn: told.sourceAsTarget + told.targetAsTarget,
      least: told.targetAsTarget,
    }),
    heldOutRows,
    trainRows: fold.train.length,
  };
}
