import { GraftError } from "@graft-ml/core";
import { type Matrix, rowOf, zeros } from "@graft-ml/core/linalg";

export type PlanOptions = {
  /** The source's classes (N). Without them rows of any class may share a place. */
  labels?: ArrayLike<number>;
  /** Weight of the plan's entropy; costs are divided by the largest one. Default 0.05. */
  entropy?: number;
  /** Weight of what keeps classes apart (eta of the paper). Default 0.1; 0 without labels. */
  groups?: number;
  /** Times that the groups' cost is brought up to date. Default 10. */
  rounds?: number;
  /** Scalings of a round at most. Default 1000. */
  scalings?: number;
};

/** The largest violation of the target's masses at which a plan is good enough. */
const TOLERANCE = 1e-9;
/** Keeps the slope of the square root finite where no mass is. */
const FLOOR = 1e-3;

/** The plan (N, M): mass 1 / N leaves each row, 1 / M comes to each column. */
export function transportPlan(costs: Matrix, options: PlanOptions): Matrix {
  const {
    labels,
    entropy = 0.05,
    groups = labels ? 0.1 : 0,
    rounds = 10,
    scalings = 1000,
  } = options;
  let plan = scaled(costs, { entropy, scalings });
  if (!labels || groups === 0) return plan;
  for (let round = 1; round < rounds; round++) {
    plan = scaled(groupCosts(costs, plan, { labels, groups }), { entropy, scalings });
  }
  return plan;
}

type Scaling = { readonly entropy: number; readonly scalings: number };

/** Sinkhorn's scalings of exp(-costs / entropy) (Cuturi 2013, algorithm 1). */
function scaled(costs: Matrix, { entropy, scalings }: Scaling): Matrix {
  const { rows, columns } = costs;
  const kernel: Matrix = { ...costs, data: costs.data.map((cost) => Math.exp(-cost / entropy)) };
  const [left, right] = [new Float64Array(rows).fill(1 / rows), new Float64Array(columns)];
  right.fill(1 / columns);
  for (let scaling = 0; scaling < scalings; scaling++) {
    const arrived = columnSums(kernel, left);
    const off = arrived.reduce((sum, mass, j) => sum + Math.abs(mass * right[j]! - 1 / columns), 0);
    if (scaling > 0 && off < TOLERANCE) break;
    for (let j = 0; j < columns; j++) right[j] = 1 / columns / arrived[j]!;
    const sent = rowSums(kernel, right);
    for (let i = 0; i < rows; i++) left[i] = 1 / rows / sent[i]!;
  }
  const plan = zeros(rows, columns);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) plan.data[at] = left[i]! * kernel.data[at]! * right[j]!;
  }
  if (!plan.data.every(Number.isFinite)) throw tooSmall(entropy);
  return plan;
}

/** The costs with the slope, at a plan, of the groups' square roots: what a class sends to a place draws the class there. */
function groupCosts(
  costs: Matrix,
  plan: Matrix,
  { labels, groups }: { labels: ArrayLike<number>; groups: number },
): Matrix {
  const { rows, columns } = plan;
  const sums = new Map<number, Float64Array>();
  for (let i = 0; i < rows; i++) {
    const sum = sums.get(labels[i]!) ?? new Float64Array(columns);
    sums.set(labels[i]!, sum);
    rowOf(plan, i).forEach((mass, j) => {
      sum[j]! += mass;
    });
  }
  const raised = zeros(rows, columns);
  for (let i = 0; i < rows; i++) {
    const [row, own, sum] = [rowOf(raised, i), rowOf(costs, i), sums.get(labels[i]!)!];
    for (let j = 0; j < columns; j++)
      row[j] = own[j]! + (groups * 0.5) / Math.sqrt(sum[j]! + FLOOR);
  }
  return raised;
}

function rowSums(kernel: Matrix, weights: Float64Array): Float64Array {
  return Float64Array.from({ length: kernel.rows }, (_, i) => {
    return rowOf(kernel, i).reduce((sum, value, j) => sum + value * weights[j]!, 0);
  });
}

function columnSums(kernel: Matrix, weights: Float64Array): Float64Array {
  const sums = new Float64Array(kernel.columns);
  for (let i = 0; i < kernel.rows; i++) {
    const [row, weight] = [rowOf(kernel, i), weights[i]!];
    for (let j = 0; j < sums.length; j++) sums[j]! += weight * row[j]!;
  }
  return sums;
}

const tooSmall = (entropy: number): GraftError =>
  new GraftError(
    "config-invalid",
    `With an entropy of ${entropy} some rows can be sent nowhere: their costs are too large for it. Give a larger one, such as ${10 * entropy}.`,
    { details: { entropy } },
  );
