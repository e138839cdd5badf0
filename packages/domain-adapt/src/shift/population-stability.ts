/** An empty bin counts as this share, so that the index stays finite. */
const LEAST_SHARE = 1e-4;

/**
 * Population stability index of numbers in ascending order: sum of (b - a) log(b / a) over bins that hold
 * equal shares of the first list (fewer where its quantiles are equal). An empty bin counts as a share of
 * 0.0001. By custom, above 0.1 is a change and above 0.25 a large one.
 */
export function populationStability(a: Float64Array, b: Float64Array, bins = 10): number {
  const inner = Array.from({ length: bins - 1 }, (_, at) => quantile(a, (at + 1) / bins));
  const edges = [...new Set(inner)];
  const [own, others] = [sharesOf(a, edges), sharesOf(b, edges)];
  return own.reduce((sum, share, at) => {
    const other = others[at]!;
    return sum + (other - share) * Math.log(other / share);
  }, 0);
}

/** Between the two nearest numbers, as NumPy's. */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return low + (high - low) * (at - Math.floor(at));
}

/** Shares below the first edge, from each edge to the next, and from the last on. */
function sharesOf(sorted: Float64Array, edges: readonly number[]): number[] {
  const ends = [...edges.map((edge) => countBelow(sorted, edge)), sorted.length];
  return ends.map((end, at) => Math.max(LEAST_SHARE, (end - (ends[at - 1] ?? 0)) / sorted.length));
}

function countBelow(sorted: Float64Array, edge: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < edge) low = middle + 1;
    else high = middle;
  }
  return low;
}
