export type BucketOptions = {
  /** Share of padding, among all tokens of all rows, at which no more lengths are added. Default 0.06. */
  maxPadding?: number;
  /** Lengths at most; each costs a session the making of one more program. Default 12. */
  maxBuckets?: number;
  /** Every length is a multiple of this. Default 1. */
  multipleOf?: number;
};

/**
 * The few lengths to which texts of these lengths are best padded, ascending: the least padding that this
 * many lengths can have (dynamic programming over the histogram), for the fewest lengths that reach
 * `maxPadding`.
 */
export function bucketLengths(
  lengths: ArrayLike<number>,
  options: BucketOptions = {},
): readonly number[] {
  const { maxPadding = 0.06, maxBuckets = 12, multipleOf = 1 } = options;
  const table = histogram(lengths, multipleOf);
  const { sizes, tokens } = table;
  let costs = sizes.map((_, last) => cost(table, -1, last));
  const cuts: number[][] = [];
  const total = tokens.at(-1) ?? 0;
  const enough = (padding: number) => padding <= maxPadding * (total + padding);
  while (!enough(costs.at(-1) ?? 0) && cuts.length + 1 < Math.min(maxBuckets, sizes.length)) {
    const next = oneMore(table, costs);
    costs = next.costs;
    cuts.push(next.cuts);
  }
  return chosen(sizes, cuts);
}

/** Candidate lengths, and how many rows and tokens there are up to each. */
type Table = {
  readonly sizes: readonly number[];
  readonly rows: readonly number[];
  readonly tokens: readonly number[];
};

function histogram(lengths: ArrayLike<number>, multipleOf: number): Table {
  const counts = new Map<number, { rows: number; tokens: number }>();
  for (let index = 0; index < lengths.length; index++) {
    const size = Math.ceil(lengths[index]! / multipleOf) * multipleOf;
    const { rows, tokens } = counts.get(size) ?? { rows: 0, tokens: 0 };
    counts.set(size, { rows: rows + 1, tokens: tokens + lengths[index]! });
  }
  const sizes = [...counts.keys()].sort((a, b) => a - b);
  let rows = 0;
  let tokens = 0;
  return {
    sizes,
    rows: sizes.map((size) => (rows += counts.get(size)!.rows)),
    tokens: sizes.map((size) => (tokens += counts.get(size)!.tokens)),
  };
}

/** Padding of the rows after candidate `first`, up to and with `last`, at the length of `last`. */
function cost({ sizes, rows, tokens }: Table, first: number, last: number): number {
  const count = rows[last]! - (rows[first] ?? 0);
  return count * sizes[last]! - (tokens[last]! - (tokens[first] ?? 0));
}

function oneMore(table: Table, costs: readonly number[]): { costs: number[]; cuts: number[] } {
  const next: number[] = [];
  const cuts: number[] = [];
  for (let last = 0; last < costs.length; last++) {
    let best = costs[last]!;
    let cut = -1;
    for (let first = 0; first < last; first++) {
      const padding = costs[first]! + cost(table, first, last);
      if (padding < best) [best, cut] = [padding, first];
    }
    next.push(best);
    cuts.push(cut);
  }
  return { costs: next, cuts };
}

function chosen(sizes: readonly number[], cuts: readonly (readonly number[])[]): readonly number[] {
  const found: number[] = [];
  let last = sizes.length - 1;
  for (let round = cuts.length; last >= 0; round--) {
    found.unshift(sizes[last]!);
    last = cuts[round - 1]?.[last] ?? -1;
  }
  return found;
}
