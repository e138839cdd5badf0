import { stratifiedFolds } from "@graft-ml/core";
import { checkCount } from "./check-domains.js";
import {
  type DomainClassifierOptions,
  domainRows,
  tellDomains,
  wrongOf,
} from "./domain-classifier.js";

export type ADistance = {
  /** 2 (1 - 2 error): 2 where a line divides the domains, about 0 (on either side) where none does. */
  readonly distance: number;
  /** Share of the rows that classifiers of the domains, fitted without their fold, get wrong. */
  readonly error: number;
  readonly folds: number;
  /** How many rows of each domain were used. */
  readonly rows: number;
};

/**
 * Proxy A-distance of features (N, D) and (M, D) (Ben-David et al. 2006), from the cross-validated
 * error of a logistic regression on z-scores with as many rows of each domain. Throws as `measureShift`.
 */
export function aDistance(
  options: DomainClassifierOptions & { /** Default 5. */ readonly folds?: number },
): ADistance {
  const { folds = 5, seed = 0, strength } = options;
  checkCount("folds", folds, 2);
  const rows = domainRows(options, folds);
  const count = rows.labels.length;
  const wrong = stratifiedFolds(rows.labels, { folds, seed }).reduce(
    (sum, fold) => sum + wrongOf(tellDomains(rows, fold, strength)),
    0,
  );
  const error = wrong / count;
  return { distance: 2 * (1 - 2 * error), error, folds, rows: count / 2 };
}
