import { type Matrix, multiply, rowOf } from "@graft-ml/core/linalg";
import { squaredDistances } from "../linalg/distances.js";
import { type Alignment, checkDomains, type Domains } from "./alignment.js";
import { checkMemory, type MemoryOptions } from "./memory.js";
import { type PlanOptions, transportPlan } from "./transport-plan.js";

export type SinkhornOptions = PlanOptions & MemoryOptions;

/**
 * Optimal transport with an entropy and a group lasso (Courty et al. 2017, section 4.3): each row of the source
 * moves to the mean of the target's rows that it is sent to. Costs are squared distances. Throws
 * `config-invalid` for an entropy so small that nothing can be sent and for plans larger than the memory,
 * and as `checkDomains` does.
 */
export async function sinkhornTransport(
  domains: Domains,
  options: SinkhornOptions = {},
): Promise<Alignment> {
  checkDomains(domains);
  const { source, target } = domains;
  const size = { rows: source.rows, columns: target.rows, matrices: 3 };
  checkMemory("Optimal transport", size, options);
  const plan = transportPlan(relativeCosts(domains), options);
  return { source: barycentres(plan, target), target };
}

function relativeCosts({ source, target }: Domains): Matrix {
  const costs = squaredDistances(source, target);
  const most = costs.data.reduce((top, cost) => Math.max(top, cost), 0) || 1;
  return { ...costs, data: costs.data.map((cost) => cost / most) };
}

/** Each row's mean of the target's rows, by the masses that it sends there. */
function barycentres(plan: Matrix, target: Matrix): Matrix {
  const shares: Matrix = { ...plan, data: Float64Array.from(plan.data) };
  for (let i = 0; i < plan.rows; i++) {
    const row = rowOf(shares, i);
    const sum = row.reduce((a, b) => a + b, 0);
    for (let j = 0; j < row.length; j++) row[j]! /= sum;
  }
  return multiply(shares, target);
}
