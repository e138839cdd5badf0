import type { Random } from "../random.js";

/** What a tree learns from: a row of columns a trial, and its target. */
export type Table = {
  readonly rows: readonly Float64Array[];
  readonly targets: readonly number[];
  /** Of each column how many values it has in no order; 0: it is a number in [0, 1]. */
  readonly choices: readonly number[];
};

/** A part of the space in which a tree says one thing. */
export type Leaf = {
  readonly value: number;
  /** Of each column: an interval of [0, 1], or which values of a choice. */
  readonly parts: readonly Part[];
};

/** Where a leaf lies in a column. */
export type Part =
  | { readonly low: number; readonly high: number }
  | { readonly values: ReadonlySet<number> };

type Split = {
  readonly column: number;
  readonly gain: number;
  /** What goes left: numbers up to a threshold, or some values of a choice. */
  readonly threshold?: number;
  readonly left?: ReadonlySet<number>;
};

/**
 * The leaves of a regression tree (Breiman et al. 1984) on some rows, grown until no split makes it better. Of
 * equal splits a draw decides.
 */
export function growTree(
  table: Table,
  { rows, source }: { readonly rows: readonly number[]; readonly source: Random },
): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const whole = table.choices.map(
    (count): Part => (count > 0 ? { values: new Set(Array(count).keys()) } : { low: 0, high: 1 }),
  );
  const open: [readonly number[], readonly Part[]][] = [[rows, whole]];
  for (let node = open.pop(); node; node = open.pop()) {
    const [own, parts] = node;
    const split = bestSplit(table, own, shuffled([...parts.keys()], source));
    if (!split) {
      leaves.push({ value: mean(own.map((row) => table.targets[row]!)), parts });
      continue;
    }
    const { column } = split;
    const [left, right] = divide(parts[column]!, split);
    const goesLeft = (row: number) => {
      const value = table.rows[row]![column]!;
      return split.left ? split.left.has(value) : value <= split.threshold!;
    };
    open.push(
      [own.filter(goesLeft), parts.with(column, left)],
      [own.filter((row) => !goesLeft(row)), parts.with(column, right)],
    );
  }
  return leaves;
}

/** Less is a difference of roundings. */
const LEAST_GAIN = 1e-12;

/** In an order that is drawn (Durstenfeld 1964). */
function shuffled(values: number[], source: Random): readonly number[] {
  for (let at = values.length - 1; at > 0; at--) {
    const other = Math.floor(source.uniform() * (at + 1));
    [values[at], values[other]] = [values[other]!, values[at]!];
  }
  return values;
}

/** As many rows as given, each drawn from all of them. */
export const drawRows = (from: number, count: number, source: Random): readonly number[] =>
  Array.from({ length: count }, () => Math.floor(source.uniform() * from));

function divide(part: Part, { threshold, left }: Split): readonly [Part, Part] {
  if ("values" in part) {
    const inside = [...part.values];
    return [
      { values: new Set(inside.filter((value) => left!.has(value))) },
      { values: new Set(inside.filter((value) => !left!.has(value))) },
    ];
  }
  return [
    { low: part.low, high: threshold! },
    { low: threshold!, high: part.high },
  ];
}

function bestSplit(
  table: Table,
  rows: readonly number[],
  columns: readonly number[],
): Split | undefined {
  let best: Split | undefined;
  for (const column of columns) {
    const split =
      table.choices[column]! > 0
        ? splitChoice(table, rows, column)
        : splitNumber(table, rows, column);
    if (split && split.gain > (best?.gain ?? LEAST_GAIN) + LEAST_GAIN) best = split;
  }
  return best;
}

function splitNumber(
  { rows: points, targets }: Table,
  rows: readonly number[],
  column: number,
): Split | undefined {
  const sorted = rows.toSorted((a, b) => points[a]![column]! - points[b]![column]!);
  const place = (at: number) => points[sorted[at]!]![column]!;
  const found = cut(
    sorted.map((row) => ({ sum: targets[row]!, count: 1 })),
    (at) => place(at) < place(at + 1),
  );
  if (!found) return undefined;
  const threshold = (place(found.at) + place(found.at + 1)) / 2;
  // Halfway between two neighbouring numbers there may be none.
  return threshold < place(found.at + 1) ? { column, gain: found.gain, threshold } : undefined;
}

/** Values of a choice in the order of their means: one of the cuts between them is the best of all subsets (Fisher 1958). */
function splitChoice(
  { rows: points, targets }: Table,
  rows: readonly number[],
  column: number,
): Split | undefined {
  const kinds = new Map<number, { sum: number; count: number }>();
  for (const row of rows) {
    const value = points[row]![column]!;
    const kind = kinds.get(value) ?? { sum: 0, count: 0 };
    kinds.set(value, { sum: kind.sum + targets[row]!, count: kind.count + 1 });
  }
  const order = [...kinds].sort(([, a], [, b]) => a.sum / a.count - b.sum / b.count);
  const found = cut(
    order.map(([, kind]) => kind),
    () => true,
  );
  if (!found) return undefined;
  const left = new Set(order.slice(0, found.at + 1).map(([value]) => value));
  return { column, gain: found.gain, left };
}

type Sum = { readonly sum: number; readonly count: number };

/** After which of some sums in order a cut takes most from the squared errors. */
function cut(
  sums: readonly Sum[],
  isAllowed: (at: number) => boolean,
): { readonly at: number; readonly gain: number } | undefined {
  let [total, count] = [0, 0];
  for (const each of sums) {
    total += each.sum;
    count += each.count;
  }
  let best: { at: number; gain: number } | undefined;
  let [sum, seen] = [0, 0];
  for (let at = 0; at + 1 < sums.length; at++) {
    sum += sums[at]!.sum;
    seen += sums[at]!.count;
    if (!isAllowed(at)) continue;
    const gain = sum ** 2 / seen + (total - sum) ** 2 / (count - seen) - total ** 2 / count;
    if (gain > (best?.gain ?? 0)) best = { at, gain };
  }
  return best;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
