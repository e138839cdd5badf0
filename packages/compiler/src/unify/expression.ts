/** What each named size is at one trace, such as { batch: 3, height: 64 }. */
export type Sizes = Readonly<Record<string, number>>;

/** floor((scale * product of the names + offset) / divisor). No names: the number `offset`. */
export type Expression = {
  readonly names: readonly string[];
  readonly scale: number;
  readonly offset: number;
  readonly divisor: number;
};

/** Divisors beyond this are coincidences: networks halve maps five or six times. */
const LARGEST_DIVISOR = 64;

const productOf = (names: readonly string[], sizes: Sizes): number =>
  names.reduce((product, name) => product * (sizes[name] ?? Number.NaN), 1);

export function evaluate({ names, scale, offset, divisor }: Expression, sizes: Sizes): number {
  if (names.length === 0) return offset;
  return Math.floor((scale * productOf(names, sizes) + offset) / divisor);
}

/** "batch", "2*height", "batch*height*width/4", "(height+1)/2"; a plain number where no size takes part. */
export function toDim({ names, scale, offset, divisor }: Expression): number | string {
  if (names.length === 0) return offset;
  const product = [...(scale === 1 ? [] : [scale]), ...names].join("*");
  const sum = offset === 0 ? product : `${product}${offset > 0 ? "+" : ""}${offset}`;
  if (divisor === 1) return sum;
  return `${offset === 0 ? sum : `(${sum})`}/${divisor}`;
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? Math.abs(a) : greatestCommonDivisor(b, a % b);

/** All products of the names, the shorter ones first. */
function products(names: readonly string[]): string[][] {
  const subsets: string[][] = [];
  for (const name of names) {
    const longer = subsets.map((subset) => [...subset, name]);
    subsets.push([name], ...longer);
  }
  return subsets.sort((a, b) => a.length - b.length);
}

/** One value at each of several traces. */
type Points = { readonly values: readonly number[]; readonly sizes: readonly Sizes[] };

const holds = (expression: Expression, { values, sizes }: Points): boolean =>
  values.every((value, index) => evaluate(expression, sizes[index] as Sizes) === value);

/** Exactly so at the first trace, not only after rounding. */
function proportional(names: readonly string[], { values, sizes }: Points): Expression[] {
  const [value = 0, at = {}] = [values[0], sizes[0]];
  const product = productOf(names, at);
  const common = greatestCommonDivisor(value, product);
  const [scale, divisor] = [value / common, product / common];
  const exact = values.every(
    (other, index) => other * divisor === scale * productOf(names, sizes[index] as Sizes),
  );
  return exact && divisor <= LARGEST_DIVISOR ? [{ names, scale, offset: 0, divisor }] : [];
}

function shifted(name: string, { values, sizes }: Points): Expression[] {
  const from = sizes[0]?.[name] ?? 0;
  const moved = sizes.findIndex((size) => size[name] !== from);
  const change = (values[moved] ?? 0) - (values[0] ?? 0);
  const scale = change / ((sizes[moved]?.[name] ?? 0) - from);
  if (!Number.isInteger(scale) || scale === 0) return [];
  return [{ names: [name], scale, offset: (values[0] ?? 0) - scale * from, divisor: 1 }];
}

const isPowerOfTwo = (value: number): boolean => Number.isInteger(Math.log2(value));

/**
 * What strided windows leave. Halvings come first, rounded up and then down, since that is what
 * networks do; then any other offset, and last any other divisor.
 */
function divided(name: string): Expression[] {
  const divisors = Array.from({ length: LARGEST_DIVISOR - 1 }, (_, index) => index + 2);
  const of = (divisor: number, offset: number): Expression => ({
    names: [name],
    scale: 1,
    offset,
    divisor,
  });
  const between = (divisor: number) =>
    Array.from({ length: divisor - 2 }, (_, back) => of(divisor, divisor - 2 - back));
  const halvings = divisors.filter(isPowerOfTwo);
  const others = divisors.filter((divisor) => !isPowerOfTwo(divisor));
  const rounded = (list: number[]) => list.flatMap((d) => [of(d, d - 1), of(d, 0)]);
  return [
    ...rounded(halvings),
    ...halvings.flatMap(between),
    ...rounded(others),
    ...others.flatMap(between),
  ];
}

/** A number that no size moves. */
export const literal = (offset: number): Expression => ({
  names: [],
  scale: 0,
  offset,
  divisor: 1,
});

/**
 * The simplest expression over named sizes that has the given values at the given traces; undefined
 * where there is none.
 */
export function fit(values: readonly number[], sizes: readonly Sizes[]): Expression | undefined {
  const points = { values, sizes };
  if (values.every((value) => value === values[0])) return literal(values[0] ?? 0);
  const names = Object.keys(sizes[0] ?? {});
  const candidates = [
    ...products(names).flatMap((subset) => proportional(subset, points)),
    ...names.flatMap((name) => shifted(name, points)),
    ...names.flatMap(divided),
  ];
  return candidates.find((candidate) => holds(candidate, points));
}
