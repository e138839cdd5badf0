import { fitLogisticHead } from "@graft-ml/core";
import { featuresOf, type Matrix } from "@graft-ml/core/linalg";
import { checkDomains } from "../align/alignment.js";
import { classesOf } from "../heads/linear-head.js";
import { finiteList } from "./inputs.js";

/** A classifier fitted on rows (N, D) and their classes, as a function from rows (M, D) to classes (M). */
export type FitClassifier = (options: {
  features: Matrix;
  labels: ArrayLike<number>;
  numClasses: number;
}) => (features: Matrix) => ArrayLike<number>;

export type CircularOptions = {
  /** Features (M, D) of the target and the classes (M) the adapted model gives them. */
  target: { features: Matrix; predicted: ArrayLike<number> };
  /** Features (N, D) of the source, by the same network, and their true classes (N). */
  source: { features: Matrix; labels: ArrayLike<number> };
  numClasses: number;
  /** Default: `fitLogisticHead`. */
  fit?: FitClassifier;
};

/**
 * Circular validation (Bruzzone and Marconcini 2010; Ganin et al. 2016, section 5.1.2): a classifier is
 * fitted on the target with the model's own predictions for labels, and its accuracy on the source's true
 * labels, 0 to 1, is the score. Throws as `checkDomains`, and
 * `dataset-invalid` for a class outside the classes.
 */
export function circularScore(options: CircularOptions): number {
  const { target, source, numClasses, fit = fitLogistic } = options;
  const [far, near] = [target.features, source.features];
  checkDomains({ source: near, target: far });
  const pseudo = finiteList(target.predicted, { what: "predicted classes", count: far.rows });
  const labels = finiteList(source.labels, { what: "labels", count: near.rows });
  const classify = fit({ features: far, labels: pseudo, numClasses });
  const found = finiteList(classify(near), {
    what: "classes that the fitted classifier gave",
    count: near.rows,
  });
  return labels.filter((label, row) => label === found[row]).length / near.rows;
}

const fitLogistic: FitClassifier = ({ features, ...rest }) => {
  const head = fitLogisticHead({ features: featuresOf(features), tolerance: 1e-2, ...rest });
  return (rows) => classesOf(rows, head);
};
