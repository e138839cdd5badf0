/** A physical axis order: physical axis i holds logical axis order[i]. */
export type Order = readonly number[];

/** Where tfjs says NHWC and HWIO, ONNX wants NCHW and OIHW. */
export const NCHW: Order = [0, 3, 1, 2];
export const OIHW: Order = [3, 2, 0, 1];

export const identity = (rank: number): Order => Array.from({ length: rank }, (_, axis) => axis);

export const isIdentity = (order: Order): boolean => order.every((axis, index) => axis === index);

export const sameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);

export const permute = <T>(items: readonly T[], order: Order): T[] =>
  order.map((axis) => items[axis] as T);

export const inverse = (order: Order): Order => order.map((_, axis) => order.indexOf(axis));

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

const wide = (order: Order, shape: readonly number[]): Order =>
  order.filter((axis) => shape[axis] !== 1);

/** Whether both orders lay the data out alike, since axes of size 1 may stand anywhere. */
export const sameLayout = (a: Order, b: Order, shape: readonly number[]): boolean =>
  sameList(wide(a, shape), wide(b, shape));

/** A copy of row-major `data` with its axes in the given order. */
export function transposeData<
  T extends { readonly length: number; slice(): T; [index: number]: unknown },
>(data: T, shape: readonly number[], order: Order): T {
  const out = data.slice();
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const sizes = permute(shape, order);
  const steps = permute(strides, order);
  const index = sizes.map(() => 0);
  let source = 0;
  for (let target = 0; target < out.length; target++) {
    out[target] = data[source];
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      const step = steps[axis] ?? 0;
      const size = sizes[axis] ?? 1;
      index[axis] = (index[axis] ?? 0) + 1;
      source += step;
      if (index[axis] !== size) break;
      source -= step * size;
      index[axis] = 0;
    }
  }
  return out;
}

type Group = { from: number[]; to: number[] };

/** Pairs the axes of two shapes of one size: each group of axes covers the same stretch of data. */
function groupAxes(from: readonly number[], to: readonly number[]): Group[] {
  const left = from.map((_, axis) => axis).filter((axis) => from[axis] !== 1);
  const right = to.map((_, axis) => axis).filter((axis) => to[axis] !== 1);
  const groups: Group[] = [];
  while (left.length > 0) {
    const group: Group = { from: [left.shift() as number], to: [right.shift() as number] };
    let a = from[group.from[0] as number] as number;
    let b = to[group.to[0] as number] as number;
    while (a !== b) {
      const [axes, rest, shape] =
        a < b ? [group.from, left, from] : ([group.to, right, to] as const);
      const axis = rest.shift() as number;
      axes.push(axis);
      if (a < b) a *= shape[axis] as number;
      else b *= shape[axis] as number;
    }
    groups.push(group);
  }
  return groups;
}

/** Puts the axes of size 1, which may stand anywhere, next to their logical neighbours. */
function withUnitAxes(order: readonly number[], shape: readonly number[]): Order {
  if (order.every((axis, index) => index === 0 || axis > (order[index - 1] as number))) {
    return identity(shape.length);
  }
  const full = [...order];
  shape.forEach((size, axis) => {
    if (size === 1) full.splice(axis === 0 ? 0 : full.indexOf(axis - 1) + 1, 0, axis);
  });
  return full;
}

/**
 * The order of a reshaped value whose data need not move, or undefined where only a transpose will
 * do: axes that merge must lie side by side, as they do when height and width of NCHW become pixels.
 */
export function reshapeOrder(
  from: readonly number[],
  order: Order,
  to: readonly number[],
): Order | undefined {
  if (isIdentity(order)) return identity(to.length);
  if (sizeOf(from) === 0) return undefined;
  const physical = wide(order, from);
  const groups = groupAxes(from, to);
  const placed = groups.map((group) => ({ group, at: physical.indexOf(group.from[0] as number) }));
  const whole = placed.every(({ group, at }) =>
    group.from.every((axis, offset) => physical[at + offset] === axis),
  );
  if (!whole) return undefined;
  placed.sort((a, b) => a.at - b.at);
  return withUnitAxes(
    placed.flatMap(({ group }) => group.to),
    to,
  );
}
