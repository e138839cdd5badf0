import { fitLogisticHead, GraftError, type HostTensor, predictedClasses } from "@graft-ml/core";
import { matrixOf } from "../linalg/matrix.js";
import { multiplyTransposed } from "../linalg/products.js";
import { finiteList, finiteRows, type Table } from "./inputs.js";

/** A classifier fitted on rows (N, D) and their classes, as a function from rows (M, D) to classes (M). */
export type FitClassifier = (options: {
  features: HostTensor<"float32">;
  labels: ArrayLike<number>;
  numClasses: number;
}) => (features: HostTensor<"float32">) => ArrayLike<number>;

export type CircularOptions = {
  /** Features (M, D) of the target and the classes (M) the adapted model gives them. */
  target: { features: Table; predicted: ArrayLike<number> };
  /** Features (N, D) of the source, by the same network, and their true classes (N). */
  source: { features: Table; labels: ArrayLike<number> };
  numClasses: number;
  /** Default: `fitLogisticHead`. */
  fit?: FitClassifier;
};

/**
 * Circular validation (Bruzzone and Marconcini 2010; Ganin et al. 2016, section 5.1.2): a classifier is
 * fitted on the target with the model's own predictions for labels, and its accuracy on the source's true
 * labels, 0 to 1, is the score. Throws `shape-mismatch` for features of two widths, and
 * `dataset-invalid` for a class outside the classes.
 */
export function circularScore(options: CircularOptions): number {
  const { target, source, numClasses, fit = fitLogistic } = options;
  const [far, near] = [
    finiteRows(target.features, "target's features"),
    finiteRows(source.features, "source's features"),
  ];
  if (far.columns !== near.columns) {
    throw new GraftError(
      "shape-mismatch",
      `Features of ${near.columns} and ${far.columns} numbers are not of one network. Extract both by the same.`,
      { details: { source: source.features.shape, target: target.features.shape } },
    );
  }
  const pseudo = finiteList(target.predicted, { what: "predicted classes", count: far.rows });
  const labels = finiteList(source.labels, { what: "labels", count: near.rows });
  const classify = fit({ features: float32(target.features), labels: pseudo, numClasses });
  const found = finiteList(classify(float32(source.features)), {
    what: "classes that the fitted classifier gave",
    count: near.rows,
  });
  return labels.filter((label, row) => label === found[row]).length / near.rows;
}

const float32 = ({ shape, data }: Table): HostTensor<"float32"> => ({
  dtype: "float32",
  shape,
  data: Float32Array.from(data),
});

const fitLogistic: FitClassifier = ({ features, labels, numClasses }) => {
  const { weight, bias } = fitLogisticHead({ features, labels, numClasses, tolerance: 1e-3 });
  return (rows) => {
    const logits = multiplyTransposed(matrixOf(rows), matrixOf(weight)).data;
    return predictedClasses(
      logits.map((logit, at) => logit + bias.data[at % numClasses]!),
      numClasses,
    );
  };
};
