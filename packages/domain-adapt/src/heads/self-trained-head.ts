import { fitLogisticHead, type LogisticHead } from "@graft-ml/core";
import { featuresOf, type Matrix, stackRows, takeRows } from "@graft-ml/core/linalg";
import { selectPseudoLabels } from "../deep/pseudo-labels.js";
import { headProbabilities } from "./linear-head.js";

export type SelfTrainedOptions = {
  source: Matrix;
  labels: ArrayLike<number>;
  target: Matrix;
  numClasses: number;
  strength: number;
  /** `fitLogisticHead`'s. */
  tolerance?: number;
  /** Times that the target's rows are told anew. Default 5. */
  rounds?: number;
  /** The share of each told class that the last round believes. Default 0.8. */
  portion?: number;
};

/**
 * A head on the source and on the target's rows of which it is surest, class by class, more of them from round to round
 * (class-balanced self-training, Zou et al. 2018, section 4.2).
 */
export function selfTrainedHead(options: SelfTrainedOptions): LogisticHead {
  const { source, target, numClasses, strength, tolerance, rounds = 5, portion = 0.8 } = options;
  const labels = Array.from(options.labels);
  const fit = (rows: Matrix, own: ArrayLike<number>, start?: LogisticHead) =>
    fitLogisticHead({
      ...(start ? { start } : {}),
      features: featuresOf(rows),
      labels: own,
      numClasses,
      strength,
      ...(tolerance === undefined ? {} : { tolerance }),
    });
  let head = fit(source, labels);
  for (let round = 1; round <= rounds; round++) {
    const probabilities = headProbabilities(target, head);
    const pseudo = selectPseudoLabels({ probabilities, portion: (portion * round) / rounds });
    const rows = stackRows(source, takeRows(target, pseudo.indices));
    head = fit(rows, [...labels, ...pseudo.labels], head);
  }
  return head;
}
