import { dot } from "./few-shot-head.js";

/** Writes the gradient at a point; returns the value there. */
export type Descent = (at: Float64Array, gradient: Float64Array) => number;

/** A gradient by the inverse of a curvature that is nearly the function's. */
export type Precondition = (gradient: Float64Array) => Float64Array;

export type MinimizeOptions = {
  /** The steepest slope that counts as none. Default 1e-8. */
  tolerance?: number;
  /** What makes steps better, and is worth its cost where so many were not enough. */
  precondition?: { readonly after: number; at(point: Float64Array): Precondition };
};

/** How far a step went, by how much the gradient changed on it, and 1 / their product. */
type Step = { readonly moved: Float64Array; readonly bent: Float64Array; readonly scale: number };

/** Steps whose curvature is remembered. */
const MEMORY = 10;
/** A bound that a convex function doesn't come near. */
const STEPS = 1000;

/**
 * The minimum of a smooth convex function, by L-BFGS (Nocedal and Wright, Numerical Optimization, 7.2):
 * it ends where nothing slopes by more than the tolerance, or where float64 sees no lower value.
 */
export function minimize(
  f: Descent,
  start: Float64Array,
  { tolerance = 1e-8, precondition }: MinimizeOptions = {},
): Float64Array {
  const known: Step[] = [];
  let turn: Precondition | undefined;
  let at = start;
  let gradient: Float64Array = new Float64Array(at.length);
  let value = f(at, gradient);
  for (let step = 0; step < STEPS; step++) {
    if (gradient.every((slope) => Math.abs(slope) <= tolerance)) break;
    if (step === precondition?.after) {
      turn = precondition.at(at);
      known.length = 0;
    }
    const next = lower(f, { at, value, gradient, direction: downhill(gradient, known, turn) });
    if (!next || next.value >= value) break;
    remember(known, difference(next.at, at), difference(next.gradient, gradient));
    ({ at, value, gradient } = next);
  }
  return at;
}

type Point = {
  readonly at: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
};

/** Half as far each time, until the value falls by a share of what the slope promises. */
function lower(f: Descent, from: Point & { direction: Float64Array }): Point | undefined {
  const { at, value, gradient, direction } = from;
  const slope = dot(gradient, direction);
  for (let far = 1; far > 1e-12; far /= 2) {
    const next = Float64Array.from(at);
    add(next, direction, far);
    const found = { at: next, gradient: new Float64Array(at.length) };
    const reached = f(next, found.gradient);
    if (reached <= value + 1e-4 * far * slope) return { ...found, value: reached };
  }
  return undefined;
}

/** Minus the gradient, turned by what is known of the curvature: the two loops of L-BFGS. */
function downhill(
  gradient: Float64Array,
  known: readonly Step[],
  turn: Precondition | undefined,
): Float64Array {
  const direction = new Float64Array(gradient.length);
  add(direction, gradient, -1);
  const shares = known.toReversed().map(({ moved, bent, scale }) => {
    const share = dot(moved, direction) * scale;
    add(direction, bent, -share);
    return share;
  });
  const turned = turn ? turn(direction) : direction;
  const size = sizeOf(known.at(-1), gradient, turn);
  for (let i = 0; i < turned.length; i++) turned[i]! *= size;
  for (const [i, { moved, bent, scale }] of known.entries()) {
    add(turned, moved, shares[known.length - 1 - i]! - scale * dot(bent, turned));
  }
  return turned;
}

/** What makes the last step's change of the gradient as long as the step. */
function sizeOf(
  last: Step | undefined,
  gradient: Float64Array,
  turn: Precondition | undefined,
): number {
  if (last) return 1 / (last.scale * dot(last.bent, turn ? turn(last.bent) : last.bent));
  // Without curvature the first step is one long at most.
  return turn ? 1 : 1 / Math.max(1, Math.sqrt(dot(gradient, gradient)));
}

function remember(known: Step[], moved: Float64Array, bent: Float64Array): void {
  const curvature = dot(moved, bent);
  if (!(curvature > 0)) return;
  known.push({ moved, bent, scale: 1 / curvature });
  if (known.length > MEMORY) known.shift();
}

function add(to: Float64Array, values: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += factor * values[i]!;
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  const gap = Float64Array.from(a);
  add(gap, b, -1);
  return gap;
}
