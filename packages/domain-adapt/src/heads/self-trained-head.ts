import { fitLogisticHead, type LogisticHead } from "@graft-ml/core";
import { featuresOf, type Matrix, rowOf, stackRows, takeRows } from "../linalg/matrix.js";
import { headProbabilities } from "./linear-head.js";

export type SelfTrainedOptions = {
  source: Matrix;
  labels: ArrayLike<number>;
  target: Matrix;
  numClasses: number;
  strength: number;
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
  const { source, target, numClasses, strength, rounds = 5, portion = 0.8 } = options;
  const labels = Array.from(options.labels);
  const fit = (rows: Matrix, own: ArrayLike<number>) =>
    fitLogisticHead({ features: featuresOf(rows), labels: own, numClasses, strength });
  let head = fit(source, labels);
  for (let round = 1; round <= rounds; round++) {
    const told = headProbabilities(target, head);
    const { rows, classes } = surest(told, (portion * round) / rounds);
    head = fit(stackRows(source, takeRows(target, rows)), [...labels, ...classes]);
  }
  return head;
}

/** The rows of each told class with the largest probabilities, so large a share of them. */
function surest(told: Matrix, share: number): { rows: number[]; classes: number[] } {
  const byClass = new Map<number, { row: number; chance: number }[]>();
  for (let row = 0; row < told.rows; row++) {
    const own = rowOf(told, row);
    const label = own.indexOf(own.reduce((a, b) => Math.max(a, b)));
    const list = byClass.get(label) ?? [];
    byClass.set(label, list);
    list.push({ row, chance: own[label]! });
  }
  const chosen = [...byClass].flatMap(([label, list]) =>
    list
      .toSorted((a, b) => b.chance - a.chance || a.row - b.row)
      .slice(0, Math.ceil(share * list.length))
      .map(({ row }) => ({ row, label })),
  );
  return { rows: chosen.map(({ row }) => row), classes: chosen.map(({ label }) => label) };
}
