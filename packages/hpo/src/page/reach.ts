import type { Direction } from "../trial.js";

/** A stretch of values that is drawn, and how many lie outside. */
export type Reach = { readonly domain: readonly [number, number]; readonly outside: number };

/**
 * From the best value to the worst, unless a few are so bad that nothing else could be told apart: then to
 * the point where a tenth is worse, and as far again.
 */
export function reachOf(values: readonly number[], direction: Direction): Reach {
  if (values.length === 0) return { domain: [0, 1], outside: 0 };
  const sign = direction === "maximize" ? -1 : 1;
  const costs = values.map((value) => sign * value).sort((a, b) => a - b);
  const [best, worst] = [costs[0]!, costs.at(-1)!];
  const most = costs[Math.floor(0.9 * (costs.length - 1))]!;
  const limit = best + 2 * (most - best);
  const end = limit > best && worst > best + 3 * (most - best) ? limit : worst;
  const room = 0.05 * (end - best) || 0.05 * Math.abs(best) || 1;
  const [low, high] = [best - room, end + room].map((cost) => sign * cost) as [number, number];
  return {
    domain: low < high ? [low, high] : [high, low],
    outside: costs.filter((cost) => cost > end).length,
  };
}

/** What a caption says of values that lie outside. */
export const beyond = ({ outside }: Reach): string =>
  outside > 0
    ? ` ${outside} far worse ${outside === 1 ? "value is" : "values are"} drawn at the edge.`
    : "";
